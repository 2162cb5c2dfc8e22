// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/crypto/encrypter.h"
#include "domain/jose/key_set.h"
#include "domain/oauth2/client.h"

#include <optional>
#include <string>

namespace latchkey::oauth2 {

struct IdTokenContent {
    const Client& client;
    Ulid userId;
    Instant now;
    std::string accessToken;             ///< for at_hash
    std::optional<std::string> code;     ///< for c_hash
    std::optional<std::string> nonce;
    std::optional<Instant> authTime;
};

/// ID tokens (OpenID Connect Core §2) and other JWTs that this server signs. Thread-safe.
class IdTokens {
public:
    IdTokens(const jose::KeyStore& keys, const Encrypter& encrypter, std::string issuer) : keys_(keys), encrypter_(encrypter), issuer_(std::move(issuer)) {}

    /// By the client's algorithm (idTokenAlgorithm). Throws OAuthError 500 server_error if there is no key for it.
    std::string make(const IdTokenContent& content) const;
    /// Signs other claims, JSON, for the client with that algorithm (signed userinfo); HS* with the client's secret (§10.1).
    std::string sign(const Client& client, const std::string& algorithm, const std::string& claims) const;
    const std::string& issuer() const { return issuer_; }

private:
    jose::Algorithm algorithmFor(const Client& client) const;
    std::string sign(const Client& client, jose::Algorithm algorithm, const std::string& claims) const;

    const jose::KeyStore& keys_;
    const Encrypter& encrypter_;
    std::string issuer_;
};

}  // namespace latchkey::oauth2
