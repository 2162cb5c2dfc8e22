// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/id_token.h"

#include "domain/jose/jws.h"
#include "domain/oauth2/id_token_algorithm.h"
#include "domain/oauth2/id_token_reader.h"
#include "plugins/oauth2/json.h"
#include "plugins/oauth2/oauth_error.h"

namespace latchkey::oauth2 {

namespace {

constexpr std::int64_t kLifetimeSeconds = 3600;

OAuthError noKey(const std::string& name) {
    return {500, "server_error", "the server has no key for the signing algorithm of the client", name + ": add one to secrets.keys"};
}

}  // namespace

std::string IdTokens::sign(const Client& client, const std::string& name, const std::string& claims) const {
    const auto algorithm = jose::parseAlgorithm(name);
    if (!algorithm) throw OAuthError(500, "server_error", "the signing algorithm of the client is not supported", name);
    return sign(client, *algorithm, claims);
}

std::string IdTokens::sign(const Client& client, jose::Algorithm algorithm, const std::string& claims) const {
    const std::string name(jose::algorithmName(algorithm));
    if (jose::isSymmetric(algorithm)) {
        const auto secret = clientSecret(encrypter_, client);
        if (!secret) throw OAuthError(500, "server_error", "the client has no secret to sign with", "client " + client.clientId() + " registered " + name);
        return jose::sign(jose::Key::secret(*secret), algorithm, claims);
    }
    const auto keys = keys_.keys();
    const jose::Key* key = keys->signingKey(algorithm);
    if (key == nullptr) throw noKey(name);
    return jose::sign(*key, algorithm, claims);
}

// That there is one was looked at when the person was asked: a key may have been taken out since.
jose::Algorithm IdTokens::algorithmFor(const Client& client) const {
    const auto algorithm = idTokenAlgorithm(client, *keys_.keys());
    if (!algorithm) throw noKey(client.idTokenSignedResponseAlg.value_or("RS256"));
    return *algorithm;
}

std::string IdTokens::make(const IdTokenContent& content) const {
    const jose::Algorithm algorithm = algorithmFor(content.client);
    const std::int64_t now = content.now.us / 1'000'000;
    JsonObject claims;
    claims.text("iss", issuer_).text("sub", content.userId.text()).text("aud", content.client.clientId());
    claims.number("iat", now).number("exp", now + kLifetimeSeconds);
    if (content.nonce) claims.text("nonce", *content.nonce);
    if (content.authTime) claims.number("auth_time", content.authTime->us / 1'000'000);
    if (!content.accessToken.empty()) claims.text("at_hash", jose::halfHash(algorithm, content.accessToken));
    if (content.code) claims.text("c_hash", jose::halfHash(algorithm, *content.code));
    return sign(content.client, algorithm, claims.str());
}

}  // namespace latchkey::oauth2
