// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/metadata_rules.h"

#include "plugins/oauth2/registration/metadata_lists.h"
#include "plugins/oauth2/registration/public_suffix.h"
#include "plugins/oauth2/registration/web_url.h"

#include <algorithm>
#include <array>

namespace latchkey::oauth2 {

namespace {

// What a browser would run, show or look up by itself instead of handing it to an application.
constexpr std::string_view kForbiddenSchemes[] = {"javascript", "vbscript", "data", "blob", "about", "filesystem", "view-source", "ws", "wss", "ftp"};
constexpr std::string_view kAuthMethods[] = {"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"};

bool hasPublicSuffix(const WebUrl& url) { return url.host && isPublicSuffix(*url.host); }

WebUrl urlOf(const std::string& text) { return *WebUrl::parse(text); }  // the metadata holds parsed ones only

void requireRedirectUri(const std::string& text) {
    const WebUrl url = urlOf(text);
    if (url.fragment) throw invalidRedirectUri("a redirect URI has a fragment");
    if (!url.credentials.empty()) throw invalidRedirectUri("a redirect URI holds a user name or password");
    if (std::ranges::find(kForbiddenSchemes, url.scheme) != std::end(kForbiddenSchemes)) throw invalidRedirectUri("a redirect URI has a scheme that is not allowed");
    if (hasPublicSuffix(url)) throw invalidRedirectUri("the host of a redirect URI is a public suffix");
}

void requireRedirectUris(const ClientMetadata& metadata) {
    const auto* uris = metadata.list("redirect_uris");
    const bool needed = metadata.grants("authorization_code") || metadata.grants("implicit");
    if (needed && (uris == nullptr || uris->empty())) throw invalidRedirectUri("redirect_uris is missing");
    for (const char* name : {"redirect_uris", "post_logout_redirect_uris"}) {
        if (const auto* list = metadata.list(name)) std::ranges::for_each(*list, requireRedirectUri);
    }
}

void requireResponseType(const ClientMetadata& metadata, const std::string& type) {
    const std::vector<std::string> words = responseTypeWords(type);
    const auto holds = [&](const char* word) { return std::ranges::find(words, word) != words.end(); };
    const bool implicit = holds("id_token") || holds("token");
    if (words.empty()) throw invalidMetadata("a response type is empty");
    if (holds("code") && !metadata.grants("authorization_code")) throw invalidMetadata("a response type with code needs the grant type authorization_code");
    if (implicit && !metadata.grants("implicit")) throw invalidMetadata("a response type with id_token or token needs the grant type implicit");
}

// The default is `code`, for those that use the authorization endpoint at all.
void requireResponseTypes(const ClientMetadata& metadata) {
    const auto* types = metadata.list("response_types");
    if (types != nullptr) std::ranges::for_each(*types, [&](const std::string& type) { requireResponseType(metadata, type); });
    else if (metadata.grants("authorization_code") || metadata.grants("implicit")) requireResponseType(metadata, "code");
}

void requireAlgorithm(const std::string& method, const std::string& name) {
    const auto algorithm = jose::parseAlgorithm(name);
    if (!algorithm) throw invalidMetadata("token_endpoint_auth_signing_alg is none of the algorithms that this server knows");
    const char* wrong = jose::isSymmetric(*algorithm) ? "private_key_jwt" : "client_secret_jwt";
    if (method == wrong) throw invalidMetadata("token_endpoint_auth_signing_alg does not go with token_endpoint_auth_method");
}

void requireAuthentication(const ClientMetadata& metadata) {
    const std::string method = metadata.value("token_endpoint_auth_method").value_or("client_secret_basic");
    if (std::ranges::find(kAuthMethods, method) == std::end(kAuthMethods)) throw invalidMetadata("token_endpoint_auth_method is none of those that this server knows");
    const bool keys = metadata.has("jwks"), uri = metadata.has("jwks_uri");
    if (keys && uri) throw invalidMetadata("jwks and jwks_uri are exclusive");
    if (method == "private_key_jwt" && !keys && !uri) throw invalidMetadata("private_key_jwt needs jwks or jwks_uri");
    const std::string* algorithm = metadata.text("token_endpoint_auth_signing_alg");
    const bool signs = method == "private_key_jwt" || method == "client_secret_jwt";
    if (signs && algorithm == nullptr) throw invalidMetadata(method + " needs token_endpoint_auth_signing_alg");
    if (algorithm != nullptr) requireAlgorithm(method, *algorithm);
}

// Signed by this server: what it has no key for, `none` first of all, would fail later. HS* takes the client's secret.
void requireSigned(const ClientMetadata& metadata, const jose::KeySet& keys) {
    for (const char* name : {"id_token_signed_response_alg", "userinfo_signed_response_alg"}) {
        const std::string* value = metadata.text(name);
        if (value == nullptr) continue;
        const auto algorithm = jose::parseAlgorithm(*value);
        const bool secret = metadata.value("token_endpoint_auth_method").value_or("client_secret_basic").starts_with("client_secret_");
        const bool possible = algorithm && (jose::isSymmetric(*algorithm) ? secret : keys.signingKey(*algorithm) != nullptr);
        if (!possible) throw invalidMetadata(std::string(name) + " is none of the algorithms that this server can sign with for this client");
    }
}

void requireEncryption(const ClientMetadata& metadata) {
    constexpr std::array<std::pair<const char*, const char*>, 4> kPairs = {{
        {"id_token_encrypted_response_enc", "id_token_encrypted_response_alg"},
        {"userinfo_encrypted_response_enc", "userinfo_encrypted_response_alg"},
        {"request_object_encryption_enc", "request_object_encryption_alg"},
        {"introspection_encrypted_response_enc", "introspection_encrypted_response_alg"},
    }};
    for (const auto& [encryption, algorithm] : kPairs) {
        if (metadata.has(encryption) && !metadata.has(algorithm)) throw invalidMetadata(std::string(encryption) + " needs " + algorithm);
    }
}

// What is fetched or shown as a link: nothing but http(s) may come into a page.
void requireWebUrl(const std::string& name, const std::string& text) {
    const WebUrl url = urlOf(text);
    if (!url.isHttp() || !url.credentials.empty()) throw invalidMetadata(name + " must be an http or https URL without user name and password");
    if (hasPublicSuffix(url)) throw invalidMetadata("the host of " + name + " is a public suffix");
}

void requireUrls(const ClientMetadata& metadata) {
    for (const char* name : {"client_uri", "logo_uri", "policy_uri", "tos_uri", "initiate_login_uri", "sector_identifier_uri", "jwks_uri"}) {
        for (const auto& [member, text] : metadata.inAllLanguages(name)) requireWebUrl(name, text);
    }
    for (const char* name : {"initiate_login_uri", "sector_identifier_uri"}) {
        if (const std::string* text = metadata.text(name); text != nullptr && urlOf(*text).scheme != "https") throw invalidMetadata(std::string(name) + " must be an https URL");
    }
}

// U+202A–202E and U+2066–2069 turn the direction of what follows, U+200B–200F are not seen: names that look like others are made
// with them.
bool deceives(const std::string& name) {
    for (std::size_t at = 0; (at = name.find("\xe2", at)) != std::string::npos; ++at) {
        const std::string_view last = std::string_view(name).substr(at + 1, 2);
        if (last.size() < 2) return true;
        const auto third = static_cast<unsigned char>(last[1]);
        if (last[0] == '\x80' && ((third >= 0xaa && third <= 0xae) || (third >= 0x8b && third <= 0x8f && third != 0x8d))) return true;
        if (last[0] == '\x81' && third >= 0xa6 && third <= 0xa9) return true;
    }
    return false;
}

void requireNames(const ClientMetadata& metadata) {
    constexpr std::size_t kLongestName = 256;
    for (const auto& [member, name] : metadata.inAllLanguages("client_name")) {
        if (name.size() > kLongestName) throw invalidMetadata("client_name is too long");
        if (deceives(name)) throw invalidMetadata("client_name holds invisible characters");
    }
}

}  // namespace

void requireValid(const ClientMetadata& metadata, const jose::KeySet& keys) {
    requireRedirectUris(metadata);
    requireResponseTypes(metadata);
    requireAuthentication(metadata);
    requireSigned(metadata, keys);
    requireEncryption(metadata);
    requireUrls(metadata);
    requireNames(metadata);
}

}  // namespace latchkey::oauth2
