// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"
#include "plugins/site-config/syntax.h"

#include "kernel/config/url.h"

namespace latchkey::site {

namespace {

using config::Section;

void checkJwks(const Section& client) {
    if (!client.has("jwks")) return;
    const config::Node* jwks = client.raw("jwks");
    const config::Node* keys = jwks->kind == config::Node::Kind::mapping ? jwks->find("keys") : nullptr;
    if (keys == nullptr || keys->kind != config::Node::Kind::sequence) client.problem("jwks", "must be a JWK set: {keys: […]}");
}

void checkRedirectUris(const Section& client) {
    for (const std::string& uri : client.strings("redirect_uris")) {
        if (!config::normalizeUrl(uri)) client.problem("redirect_uris", "`" + uri.substr(0, 200) + "` is not an absolute URL");
    }
}

// What each authentication method needs, and what does not go with it.
void checkCredentials(const Section& client, const std::string& method) {
    const bool secret = client.inlineOrFile("client_secret").given();
    const bool jwks = client.has("jwks");
    const bool jwksUri = client.optionalUrl("jwks_uri").has_value();
    if (method.empty()) return;
    if (usesSecret(method) && !secret) client.problem("client_auth_method", "`" + method + "` needs `client_secret` or `client_secret_file`");
    if (!usesSecret(method) && secret) client.problem("client_secret", "does not go with `" + method + "`");
    if (method == "private_key_jwt") {
        if (jwks && jwksUri) client.problem("jwks", "`jwks` and `jwks_uri` are exclusive: keep one");
        if (!jwks && !jwksUri) client.problem("client_auth_method", "`private_key_jwt` needs `jwks` or `jwks_uri`");
        return;
    }
    if (jwks) client.problem("jwks", "goes with `private_key_jwt` only");
    if (jwksUri) client.problem("jwks_uri", "goes with `private_key_jwt` only");
}

}  // namespace

void checkClients(const config::Section& root) {
    for (const Section& client : root.sections("clients")) {
        checkUlid(client, "client_id");
        client.optionalString("client_name");
        const std::string method = client.requiredOneOf("client_auth_method", {"none", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"});
        checkJwks(client);
        checkCredentials(client, method);
        checkRedirectUris(client);
    }
}

}  // namespace latchkey::site
