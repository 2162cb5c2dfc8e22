// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/jws.h"
#include "domain/oauth2/client.h"
#include "domain/time.h"

#include <string>
#include <vector>

namespace latchkey::oauth2 {

/// A client assertion that was found good (RFC 7523 §3, OpenID Connect Core §9), but for its `jti`, which must still be remembered.
struct CheckedAssertion {
    std::string jti;
    Instant expiresAt;
};

/// Checks `iss` and `sub` (the client), `aud` (one of `audiences`, and nobody else), `exp` (there, ahead, at most an hour), `nbf`,
/// `iat`, `jti` (there), and the algorithm that the client registered. Not the signature. Throws invalid_client.
CheckedAssertion checkAssertion(const jose::Jws& jws, const Client& client, const std::vector<std::string>& audiences, Instant now);

}  // namespace latchkey::oauth2
