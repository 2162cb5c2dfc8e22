// SPDX-License-Identifier: Apache-2.0
#include "plugins/client-sync/static_clients.h"

#include "domain/jose/key_set.h"
#include "kernel/config/url.h"
#include "kernel/error.h"
#include "plugins/client-sync/json_text.h"

#include <Poco/JSONString.h>

#include <algorithm>

namespace latchkey::clients {

namespace {

using config::Section;

bool usesSecret(std::string_view method) { return method.starts_with("client_secret_"); }

Ulid readId(const Section& section, const std::vector<StaticClient>& before) {
    const std::string text = section.requiredString("client_id");
    const auto id = Ulid::parse(text);
    if (!id && !text.empty()) section.problem("client_id", "`" + text.substr(0, 40) + "` is not a ULID: 26 characters of 0-9 and A-Z without I, L, O and U");
    if (!id) return {};
    const auto twin = std::ranges::find(before, *id, [](const StaticClient& each) { return each.client.id; });
    if (twin != before.end()) section.problem("client_id", "is that of " + twin->path + ", too");
    return *id;
}

std::optional<std::string> readJwks(const Section& section) {
    if (!section.has("jwks")) return std::nullopt;
    const config::Node* jwks = section.raw("jwks");
    const config::Node* keys = jwks->kind == config::Node::Kind::mapping ? jwks->find("keys") : nullptr;
    if (keys == nullptr || keys->kind != config::Node::Kind::sequence) {
        section.problem("jwks", "must be a JWK set: {keys: […]}");
        return std::nullopt;
    }
    std::string text = jsonText(*jwks);
    if (const auto set = jose::KeySet::parse(text); !set || set->keys().empty()) section.warning("jwks", "holds no public key that this server can use");
    return text;
}

std::vector<std::string> readUris(const Section& section, const char* key) {
    std::vector<std::string> uris;
    for (const std::string& uri : section.strings(key)) {
        if (auto normal = config::normalizeUrl(uri)) uris.push_back(std::move(*normal));
        else section.problem(key, "`" + uri.substr(0, 200) + "` is not an absolute URL");
    }
    return uris;
}

// What each authentication method needs, and what does not go with it.
void checkCredentials(const Section& section, const std::string& method, const StaticClient& read) {
    const bool secret = read.secret.given();
    const bool jwks = section.has("jwks");
    const bool jwksUri = read.client.jwksUri.has_value();
    if (method.empty()) return;
    if (usesSecret(method) && !secret) section.problem("client_auth_method", "`" + method + "` needs `client_secret` or `client_secret_file`");
    if (!usesSecret(method) && secret) section.problem("client_secret", "does not go with `" + method + "`");
    if (method == "private_key_jwt") {
        if (jwks && jwksUri) section.problem("jwks", "`jwks` and `jwks_uri` are exclusive: keep one");
        if (!jwks && !jwksUri) section.problem("client_auth_method", "`private_key_jwt` needs `jwks` or `jwks_uri`");
        return;
    }
    if (jwks) section.problem("jwks", "goes with `private_key_jwt` only");
    if (jwksUri) section.problem("jwks_uri", "goes with `private_key_jwt` only");
}

StaticClient readClient(const Section& section, const std::vector<StaticClient>& before) {
    StaticClient read{.client = {}, .secret = section.inlineOrFile("client_secret"), .path = section.path()};
    Client& client = read.client;
    client.id = readId(section, before);
    client.name = section.optionalString("client_name");
    const std::string method = section.requiredOneOf("client_auth_method", {"none", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"});
    client.tokenEndpointAuthMethod = method;
    client.jwks = readJwks(section);
    client.jwksUri = section.optionalUrl("jwks_uri");
    client.redirectUris = readUris(section, "redirect_uris");
    read.postLogoutRedirectUris = readUris(section, "post_logout_redirect_uris");
    for (const std::string& uri : read.postLogoutRedirectUris) {
        if (uri.find('#') != std::string::npos) section.problem("post_logout_redirect_uris", "`" + uri.substr(0, 200) + "` has a fragment");
    }
    client.grantAuthorizationCode = client.grantRefreshToken = client.grantClientCredentials = client.grantDeviceCode = true;
    client.isStatic = true;
    checkCredentials(section, method, read);
    return read;
}

}  // namespace

std::optional<std::string> StaticClient::readSecret() const {
    if (!secret.given()) return std::nullopt;
    std::string text = secret.value ? secret.value->reveal() : config::readFile(path + ".client_secret_file", *secret.file);
    constexpr std::string_view kBlanks = " \t\r\n";
    text.erase(0, std::min(text.find_first_not_of(kBlanks), text.size()));
    text.erase(text.find_last_not_of(kBlanks) + 1);
    if (text.empty()) throw ConfigError(path + ".client_secret: is empty");
    return text;
}

std::string StaticClient::metadata() const {
    if (postLogoutRedirectUris.empty()) return "{}";
    std::string list;
    for (const std::string& uri : postLogoutRedirectUris) list += (list.empty() ? "" : ",") + Poco::toJSON(uri, true);
    return "{\"post_logout_redirect_uris\":[" + list + "]}";
}

std::vector<StaticClient> parseClients(const Section& root) {
    std::vector<StaticClient> clients;
    for (const Section& section : root.sections("clients")) clients.push_back(readClient(section, clients));
    return clients;
}

}  // namespace latchkey::clients
