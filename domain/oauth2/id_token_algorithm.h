// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key_set.h"
#include "domain/oauth2/client.h"
#include "domain/oauth2/scope.h"

#include <optional>

namespace latchkey {

/// What the client's ID tokens are signed with: the algorithm that it registered, else RS256 (OpenID Connect Registration §2), else, where
/// there is no RSA key, the first that the server's keys can do. Nothing if there is no key for it.
LATCHKEY_API std::optional<jose::Algorithm> idTokenAlgorithm(const Client& client, const jose::KeySet& keys);

/// Whether the client can have that scope: with `openid` come ID tokens, which somebody must sign.
LATCHKEY_API bool canBeSigned(const Scope& scope, const Client& client, const jose::KeySet& keys);
/// What the client is told if it cannot; the error is `invalid_scope`.
inline constexpr char kNoIdTokenKey[] = "openid: this server has no key for ID tokens of this client";

}  // namespace latchkey
