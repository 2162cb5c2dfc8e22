// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/metadata.h"

#include "kernel/config/section.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <sstream>

namespace latchkey::oauth2 {

MetadataSettings MetadataSettings::parse(const config::Section& root) {
    MetadataSettings settings;
    settings.url = http::PublicUrl::parse(root);
    settings.deviceCodeGrant = root.section("oauth").boolean("device_code_grant_enabled", true);
    settings.plainCodeChallenge = root.section("oauth").boolean("allow_plain_pkce", false);
    settings.accountDeactivation = root.section("account").boolean("account_deactivation_allowed", true);
    settings.passwordRegistration = root.section("passwords").boolean("enabled", true) && root.section("account").boolean("password_registration_enabled", false);
    return settings;
}

namespace {

class Document {
public:
    explicit Document(const http::PublicUrl& url) : url_(url), object_(Poco::JSON_PRESERVE_KEY_ORDER) {}

    void text(const char* name, const std::string& value) { object_.set(name, value); }
    void endpoint(const char* name, std::string_view path) { object_.set(name, url_.join(path)); }
    void flag(const char* name, bool value) { object_.set(name, value); }
    void list(const char* name, const std::vector<const char*>& values) {
        Poco::JSON::Array array;
        for (const char* value : values) array.add(std::string(value));
        object_.set(name, array);
    }
    void names(const char* name, const std::vector<std::string>& values) {
        Poco::JSON::Array array;
        for (const std::string& value : values) array.add(value);
        object_.set(name, array);
    }
    std::string json() const {
        std::ostringstream out;
        object_.stringify(out);
        return out.str();
    }

private:
    const http::PublicUrl& url_;
    Poco::JSON::Object object_;
};

const std::vector<const char*> kAuthMethods = {"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"};
const std::vector<const char*> kProvingMethods(kAuthMethods.begin(), kAuthMethods.end() - 1);  // public clients may not introspect
const std::vector<const char*> kAuthAlgorithms = {"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA"};

void addClientAuthentication(Document& document) {
    for (const std::string_view endpoint : {"token", "revocation", "introspection"}) {
        document.list((std::string(endpoint) + "_endpoint_auth_methods_supported").c_str(), endpoint == "introspection" ? kProvingMethods : kAuthMethods);
        document.list((std::string(endpoint) + "_endpoint_auth_signing_alg_values_supported").c_str(), kAuthAlgorithms);
    }
}

}  // namespace

std::string metadataJson(const MetadataSettings& settings, const std::vector<std::string>& signing) {
    Document document(settings.url);
    document.text("issuer", settings.url.issuer);
    document.endpoint("authorization_endpoint", "authorize");
    document.endpoint("token_endpoint", "oauth2/token");
    document.endpoint("jwks_uri", "oauth2/keys.json");
    document.endpoint("registration_endpoint", "oauth2/registration");
    document.endpoint("pushed_authorization_request_endpoint", "oauth2/par");
    document.list("scopes_supported", {"openid", "email", "profile"});
    document.list("response_types_supported", {"code"});
    document.list("response_modes_supported", {"form_post", "query", "fragment"});
    std::vector<const char*> grants = {"authorization_code", "refresh_token", "client_credentials"};
    if (settings.deviceCodeGrant) grants.push_back("urn:ietf:params:oauth:grant-type:device_code");
    document.list("grant_types_supported", grants);
    addClientAuthentication(document);
    document.endpoint("revocation_endpoint", "oauth2/revoke");
    document.endpoint("introspection_endpoint", "oauth2/introspect");
    document.endpoint("userinfo_endpoint", "oauth2/userinfo");
    document.endpoint("end_session_endpoint", "end-session");
    document.list("code_challenge_methods_supported", settings.plainCodeChallenge ? std::vector<const char*>{"plain", "S256"} : std::vector<const char*>{"S256"});
    document.list("subject_types_supported", {"public"});
    document.names("id_token_signing_alg_values_supported", signing);
    document.names("userinfo_signing_alg_values_supported", signing);
    document.list("display_values_supported", {"page"});
    document.list("claim_types_supported", {"normal"});
    document.list("claims_supported", {"iss", "sub", "aud", "iat", "exp", "nonce", "auth_time", "at_hash", "c_hash", "preferred_username", "email", "email_verified"});
    document.flag("claims_parameter_supported", false);
    document.flag("request_parameter_supported", false);
    document.flag("request_uri_parameter_supported", false);
    document.flag("authorization_response_iss_parameter_supported", true);
    document.list("prompt_values_supported", settings.passwordRegistration ? std::vector<const char*>{"none", "login", "consent", "select_account", "create"} : std::vector<const char*>{"none", "login", "consent", "select_account"});
    if (settings.deviceCodeGrant) document.endpoint("device_authorization_endpoint", "oauth2/device");
    document.endpoint("account_management_uri", "account/");
    std::vector<const char*> actions = {"org.matrix.profile", "org.matrix.devices_list", "org.matrix.device_view", "org.matrix.device_delete",
                                        "org.matrix.cross_signing_reset", "org.matrix.sessions_list", "org.matrix.session_view", "org.matrix.session_end"};
    if (settings.accountDeactivation) actions.push_back("org.matrix.account_deactivate");
    document.list("account_management_actions_supported", actions);
    return document.json();
}

}  // namespace latchkey::oauth2
