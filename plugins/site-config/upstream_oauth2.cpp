// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"
#include "plugins/site-config/syntax.h"
#include "plugins/site-config/upstream_claims.h"

namespace latchkey::site {

namespace {

using config::Section;

constexpr const char* kApple = "sign_in_with_apple";

void checkApple(const Section& provider) {
    if (!provider.has(kApple)) return;
    const Section apple = provider.section(kApple);
    apple.requiredString("team_id");
    apple.requiredString("key_id");
    const auto key = apple.optionalSecret("private_key");
    const auto file = apple.optionalString("private_key_file");
    if (key && file) apple.warning("private_key_file", "is not used: `private_key` is given, too");
    if (apple.present() && !key && !file) apple.warning("", "has neither `private_key` nor `private_key_file`: log-in with Apple will fail");
}

// What each authentication method needs, and what does not go with it.
void checkCredentials(const Section& provider) {
    const std::string method = provider.requiredOneOf(
        "token_endpoint_auth_method", {"none", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", kApple});
    const bool secret = provider.inlineOrFile("client_secret").given();
    const bool algorithm = provider.optionalString("token_endpoint_auth_signing_alg").has_value();
    const bool apple = provider.has(kApple);
    checkApple(provider);
    if (method.empty()) return;
    const auto compare = [&](bool given, bool needed, const char* key) {
        if (given && !needed) provider.problem("", std::string("`") + key + "` does not go with the authentication method `" + method + "`");
        if (!given && needed) provider.problem("", "the authentication method `" + method + "` needs `" + key + "`");
    };
    compare(secret, usesSecret(method), "client_secret");
    compare(algorithm, method == "client_secret_jwt" || method == "private_key_jwt", "token_endpoint_auth_signing_alg");
    compare(apple, method == kApple, kApple);
}

// Where the provider's endpoints come from.
void checkDiscovery(const Section& provider) {
    const std::string mode = provider.oneOf("discovery_mode", "oidc", {"oidc", "insecure", "disabled"});
    const bool disabled = mode == "disabled";
    if (!provider.optionalString("issuer") && !disabled) provider.problem("", "`issuer` is required unless `discovery_mode` is `disabled`");
    for (const char* key : {"authorization_endpoint", "token_endpoint"}) {
        if (!provider.optionalUrl(key) && disabled && !provider.has(key)) provider.problem(key, "is required with `discovery_mode: disabled`");
    }
    provider.optionalUrl("userinfo_endpoint");
    if (!provider.optionalUrl("jwks_uri") && disabled) provider.warning("jwks_uri", "is not given: with `discovery_mode: disabled` no ID token can be verified");
}

void checkParameters(const Section& provider) {
    if (!provider.has("additional_authorization_parameters")) return;
    const Section parameters = provider.section("additional_authorization_parameters");
    for (const std::string& key : parameters.keys()) parameters.requiredString(key);
}

void checkProvider(const Section& provider) {
    checkUlid(provider, "id");
    provider.boolean("enabled", true);
    for (const char* key : {"synapse_idp_id", "human_name", "brand_name"}) provider.optionalString(key);
    provider.requiredString("client_id");
    provider.string("scope", "openid");
    provider.string("id_token_signed_response_alg", "RS256");
    provider.optionalString("userinfo_signed_response_alg");
    provider.oneOf("pkce_method", "auto", {"auto", "always", "never"});
    provider.optionalOneOf("response_mode", {"query", "form_post"});
    provider.oneOf("on_backchannel_logout", "do_nothing", {"do_nothing", "logout_browser_only", "logout_all"});
    for (const char* key : {"fetch_userinfo", "forward_login_hint", "registration_token_required"}) provider.boolean(key, false);
    if (provider.boolean("forward_login_hint", false)) provider.warning("forward_login_hint", "is deprecated: use additional_authorization_parameters");
    checkDiscovery(provider);
    checkCredentials(provider);
    checkParameters(provider);
    checkClaimsImports(provider);
}

}  // namespace

void checkUpstreamOAuth2(const config::Section& root) {
    const Section section = root.section("upstream_oauth2");
    if (section.present() && section.raw("providers") == nullptr) section.problem("providers", "is required");
    const std::vector<Section> providers = section.sections("providers");
    for (const Section& provider : providers) checkProvider(provider);
    if (!providers.empty()) section.warning("providers", "are checked only: this version does not log anybody in by upstream providers");
}

}  // namespace latchkey::site
