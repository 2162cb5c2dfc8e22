// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-synapse/import/providers.h"

#include "domain/clock.h"

#include <algorithm>

namespace latchkey::synapse {

namespace {

using config::Node;

void copy(const SynapseSection& from, Node& to, const std::string& key, const std::string& as) {
    if (const auto value = from.text(key)) to.set(as, Node::string(*value));
}

// Apple's secret is a token that is signed anew: Synapse has its parts in client_secret_jwt_key.
bool apple(const SynapseSection& provider, Node& to) {
    const SynapseSection jwt = provider.section("client_secret_jwt_key");
    if (!jwt.present()) return false;
    if (provider.text("issuer").value_or("") != "https://appleid.apple.com") {
        provider.warn("client_secret_jwt_key", "is taken over for Apple only: set the authentication of this provider yourself");
        return false;
    }
    Node parts = Node::mapping();
    copy(jwt.section("jwt_payload"), parts, "iss", "team_id");
    copy(jwt.section("jwt_header"), parts, "kid", "key_id");
    copy(jwt, parts, "key", "private_key");
    copy(jwt, parts, "key_file", "private_key_file");
    to.set("token_endpoint_auth_method", Node::string("sign_in_with_apple"));
    to.set("sign_in_with_apple", std::move(parts));
    return true;
}

void credentials(const SynapseSection& provider, Node& to) {
    if (apple(provider, to)) return;
    const bool secret = provider.has("client_secret") || provider.has("client_secret_path");
    const std::string method = provider.text("client_auth_method").value_or(secret ? "client_secret_basic" : "none");
    to.set("token_endpoint_auth_method", Node::string(method));
    if (method == "none") return;
    if (provider.has("client_secret_path")) copy(provider, to, "client_secret_path", "client_secret_file");
    else copy(provider, to, "client_secret", "client_secret");
}

void endpoints(const SynapseSection& provider, Node& to) {
    if (!provider.flag("discover").value_or(true)) to.set("discovery_mode", Node::string("disabled"));
    else if (provider.flag("skip_verification").value_or(false)) to.set("discovery_mode", Node::string("insecure"));
    for (const char* key : {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "pkce_method"}) copy(provider, to, key, key);
}

void scopes(const SynapseSection& provider, Node& to) {
    std::vector<std::string> all = provider.texts("scopes");
    if (!provider.has("scopes")) all = {"openid"};
    std::string joined;
    for (const std::string& each : all) joined += (joined.empty() ? "" : " ") + each;
    to.set("scope", Node::string(joined));
    // `auto` asks the endpoint where no ID token tells about the user. With an ID token Synapse does not; the reference's own
    // importer has the endpoint asked then, and more claims harm nobody.
    const std::string method = provider.text("user_profile_method").value_or("auto");
    const bool openid = std::find(all.begin(), all.end(), "openid") != all.end();
    if (method == "userinfo_endpoint" || (method == "auto" && openid)) to.set("fetch_userinfo", Node::boolean(true));
}

void parameters(const SynapseSection& provider, Node& to) {
    Node rest = Node::mapping();
    for (const auto& [name, value] : provider.pairs("additional_authorization_parameters")) {
        if (name == "response_mode" && (value == "query" || value == "form_post")) to.set("response_mode", Node::string(value));
        else if (name == "response_mode") provider.warn("additional_authorization_parameters", "has a response_mode that is neither query nor form_post: left out");
        else rest.set(name, Node::string(value));
    }
    if (!rest.members.empty()) to.set("additional_authorization_parameters", std::move(rest));
}

Node claim(const std::string& action, const std::string& text) {
    Node made = Node::mapping();
    made.set("action", Node::string(action));
    made.set("template", Node::string(text));
    return made;
}

void localpart(const SynapseSection& provider, const SynapseSection& mapping, Node& imports) {
    const bool links = provider.flag("allow_existing_users").value_or(false);
    const auto text = mapping.text("localpart_template");
    const bool asks = mapping.flag("confirm_localpart").value_or(false);
    if (!text || asks) {
        if (links) provider.warn("allow_existing_users", "needs a name that people cannot choose: existing users are not linked");
        if (text) imports.set("localpart", claim("suggest", *text));
        return;
    }
    Node made = claim("require", *text);
    if (links) made.set("on_conflict", Node::string("add"));
    imports.set("localpart", std::move(made));
}

void subject(const SynapseSection& mapping, Node& imports) {
    auto text = mapping.text("subject_template");
    if (const auto name = mapping.text("subject_claim"); !text && name) text = "{{ user." + *name + " }}";
    if (!text) return;
    Node made = Node::mapping();
    made.set("template", Node::string(*text));
    imports.set("subject", std::move(made));
}

void claims(const SynapseSection& provider, Node& to) {
    const SynapseSection mapper = provider.section("user_mapping_provider");
    if (mapper.has("module")) {
        mapper.warn("module", "is a module of its own: set claims_imports of this provider yourself");
        return;
    }
    const SynapseSection mapping = mapper.section("config");
    Node imports = Node::mapping();
    subject(mapping, imports);
    localpart(provider, mapping, imports);
    if (const auto text = mapping.text("display_name_template")) imports.set("displayname", claim("force", *text));
    if (const auto text = mapping.text("email_template")) imports.set("email", claim("force", *text));
    for (const char* key : {"picture_claim", "picture_template", "extra_attributes"}) {
        if (mapping.has(key)) mapping.warn(key, "has no counterpart: left out");
    }
    if (!imports.members.empty()) to.set("claims_imports", std::move(imports));
}

void warnOfTheRest(const SynapseSection& provider) {
    for (const char* key : {"attribute_requirements", "passthrough_authorization_parameters", "id_token_signing_alg_values_supported", "redirect_uri", "idp_icon"}) {
        if (provider.has(key)) provider.warn(key, "has no counterpart: left out");
    }
    if (!provider.flag("enable_registration").value_or(true)) provider.warn("enable_registration", "has no counterpart: this provider will create users");
}

Node converted(const SynapseSection& provider, const std::string& clientId) {
    const std::string id = provider.text("idp_id").value_or("");
    Node to = Node::mapping();
    to.set("id", Node::string(newId(currentTime()).text()));
    to.set("synapse_idp_id", Node::string(id.empty() || id == "oidc" ? "oidc" : "oidc-" + id));
    copy(provider, to, "issuer", "issuer");
    copy(provider, to, "idp_name", "human_name");
    copy(provider, to, "idp_brand", "brand_name");
    to.set("client_id", Node::string(clientId));
    credentials(provider, to);
    scopes(provider, to);
    endpoints(provider, to);
    parameters(provider, to);
    // Synapse ends every session that began with the provider's.
    if (provider.flag("backchannel_logout_enabled").value_or(false)) to.set("on_backchannel_logout", Node::string("logout_all"));
    claims(provider, to);
    warnOfTheRest(provider);
    return to;
}

}  // namespace

std::vector<Node> upstreamProviders(const SynapseSection& synapse) {
    std::vector<SynapseSection> all = synapse.sections("oidc_providers");
    const SynapseSection older = synapse.section("oidc_config");
    if (older.present() && older.flag("enabled").value_or(false)) all.insert(all.begin(), older);
    std::vector<Node> made;
    for (const SynapseSection& provider : all) {
        if (const auto clientId = provider.text("client_id")) made.push_back(converted(provider, *clientId));
        else provider.warn("client_id", "is missing: this provider is left out");
    }
    return made;
}

}  // namespace latchkey::synapse
