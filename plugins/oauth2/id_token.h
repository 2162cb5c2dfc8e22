// SPDX-License-Identifier: Apache-2.0
#pragma once

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
    IdTokens(const jose::KeyStore& keys, std::string issuer) : keys_(keys), issuer_(std::move(issuer)) {}

    /// By the client's algorithm, RS256 unless it registered another. Throws OAuthError 500 server_error if no key can do it.
    std::string make(const IdTokenContent& content) const;
    /// Signs other claims, JSON, with that algorithm (signed userinfo).
    std::string sign(const std::string& algorithm, const std::string& claims) const;
    /// The subject of an ID token that this server made, however old (id_token_hint); nothing if it did not.
    struct Hint {
        std::string subject;
        std::string audience;
    };
    std::optional<Hint> readHint(const std::string& idToken) const;
    const std::string& issuer() const { return issuer_; }

private:
    const jose::KeyStore& keys_;
    std::string issuer_;
};

}  // namespace latchkey::oauth2
