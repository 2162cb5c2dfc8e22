// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/registrar.h"

#include "domain/lookalike.h"
#include "domain/oauth2/id_token_algorithm.h"
#include "domain/secret.h"
#include "kernel/log.h"
#include "plugins/oauth2/json.h"
#include "plugins/oauth2/registration/metadata_rules.h"

#include <algorithm>

namespace latchkey::oauth2 {

namespace {

const log::Logger kLog("oauth2");
constexpr char kDeviceCode[] = "urn:ietf:params:oauth:grant-type:device_code";
// RFC 7518 §3.2: an HS512 key has at least 64 bytes.
constexpr std::size_t kSecretLength = 64;

std::string joined(const PolicyViolations& violations) {
    std::string text;
    for (const PolicyViolation& each : violations) text += (text.empty() ? "" : "; ") + each.message;
    return text;
}

}  // namespace

ClientMetadata Registrar::read(const http::Request& request) const {
    if (request.mediaType() != "application/json") throw invalidRequest("the body must be application/json");
    ClientMetadata metadata = ClientMetadata::parse(request.body);
    requireValid(metadata, *keys_.keys());
    return metadata;
}

void Registrar::requireAllowed(const ClientMetadata& metadata, const http::Request& request) const {
    ClientRegistrationRequest asked{.metadata = metadata.canonical(), .requester = {request.clientIp, std::nullopt}};
    if (const auto agent = request.headers.get("User-Agent")) asked.requester.userAgent = std::string(*agent);
    const PolicyViolations violations = policy_.clientRegistration(asked);
    if (violations.empty()) return;
    const bool redirect = std::ranges::any_of(violations, [](const PolicyViolation& each) { return each.redirectUri; });
    throw redirect ? invalidRedirectUri(joined(violations)) : invalidMetadata(joined(violations));
}

ClientMetadata Registrar::completed(ClientMetadata metadata) const {
    std::vector<std::string> grants;
    for (const char* each : {"authorization_code", "refresh_token", "client_credentials", kDeviceCode}) {
        if (metadata.grants(each) && (each != kDeviceCode || settings_.deviceCodeGrant)) grants.emplace_back(each);
    }
    const auto* responses = metadata.list("response_types");
    const bool code = responses == nullptr ? metadata.grants("authorization_code") : std::ranges::find(*responses, "code") != responses->end();
    metadata.set("grant_types", grants);
    metadata.set("response_types", code ? std::vector<std::string>{"code"} : std::vector<std::string>{});
    if (!metadata.has("token_endpoint_auth_method")) metadata.set("token_endpoint_auth_method", std::string("client_secret_basic"));
    completeAlgorithm(metadata);
    return metadata;
}

// Without an RSA key the default is another one than the client expects: it must be told (RFC 7591 §3.2.1).
void Registrar::completeAlgorithm(ClientMetadata& metadata) const {
    const auto keys = keys_.keys();
    if (metadata.has("id_token_signed_response_alg") || keys->signingKey(jose::Algorithm::rs256) != nullptr) return;
    const auto algorithm = idTokenAlgorithm({}, *keys);
    if (algorithm) metadata.set("id_token_signed_response_alg", std::string(jose::algorithmName(*algorithm)));
}

Client Registrar::client(const Ulid& id, const ClientMetadata& completed, const std::optional<std::string>& secret) const {
    Client client;
    client.id = id;
    if (secret) client.encryptedSecret = encrypter_.encrypt(*secret);
    client.applicationType = completed.value("application_type");
    if (const auto* uris = completed.list("redirect_uris")) client.redirectUris = *uris;
    client.grantAuthorizationCode = completed.grants("authorization_code");
    client.grantRefreshToken = completed.grants("refresh_token");
    client.grantClientCredentials = completed.grants("client_credentials");
    client.grantDeviceCode = completed.grants(kDeviceCode);
    client.name = completed.value("client_name");
    client.logoUri = completed.value("logo_uri");
    client.clientUri = completed.value("client_uri");
    client.policyUri = completed.value("policy_uri");
    client.tosUri = completed.value("tos_uri");
    client.jwksUri = completed.value("jwks_uri");
    client.jwks = completed.keys();
    client.idTokenSignedResponseAlg = completed.value("id_token_signed_response_alg");
    client.userinfoSignedResponseAlg = completed.value("userinfo_signed_response_alg");
    client.tokenEndpointAuthMethod = completed.value("token_endpoint_auth_method");
    client.tokenEndpointAuthSigningAlg = completed.value("token_endpoint_auth_signing_alg");
    client.initiateLoginUri = completed.value("initiate_login_uri");
    return client;
}

std::optional<std::string> Registrar::secretOf(const Client& client) const {
    if (!client.encryptedSecret) return std::nullopt;
    auto secret = encrypter_.decrypt(*client.encryptedSecret);
    if (!secret) throw Error("the secret of client " + client.clientId() + " was not encrypted with this key");
    return secret;
}

http::Response Registrar::answer(int status, const ClientInformation& information) const {
    const std::string id = information.id.text();
    JsonObject head;
    head.text("client_id", id).number("client_id_issued_at", information.id.time().us / 1'000'000);
    if (information.secret) head.text("client_secret", *information.secret).number("client_secret_expires_at", 0);
    if (information.accessToken) {
        head.text("registration_access_token", *information.accessToken).text("registration_client_uri", settings_.url.join("oauth2/registration/" + id));
    }
    std::string body = head.str();
    body.back() = ',';  // the metadata are an object of their own, and never empty
    return http::json(status, body.append(information.metadata, 1)).noStore();
}

bool usesSecret(const ClientMetadata& completed) { return completed.value("token_endpoint_auth_method").value_or("").starts_with("client_secret_"); }

void noteLookalikes(const Ulid& client, const ClientMetadata& metadata) {
    for (const auto& [member, name] : metadata.inAllLanguages("client_name")) {
        if (!isLookalike(name)) continue;
        kLog.warn("oauth2.lookalike_name", "a client registered under a name that may be taken for another one", {{"client", client.text()}, {"name", name}});
    }
}

std::string newClientSecret() { return randomAlphanumerics(kSecretLength); }

std::vector<std::string> grantTypes(const Client& client) {
    std::vector<std::string> types;
    if (client.grantAuthorizationCode) types.emplace_back("authorization_code");
    if (client.grantRefreshToken) types.emplace_back("refresh_token");
    if (client.grantClientCredentials) types.emplace_back("client_credentials");
    if (client.grantDeviceCode) types.emplace_back(kDeviceCode);
    return types;
}

}  // namespace latchkey::oauth2
