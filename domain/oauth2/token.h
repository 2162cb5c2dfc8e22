// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/oauth2/client.h"
#include "domain/oauth2/session.h"
#include "domain/time.h"
#include "domain/user/user.h"
#include "kernel/export.h"

#include <optional>
#include <string>

namespace latchkey {

/// An OAuth access token; its text is only known to whoever holds it.
struct AccessToken {
    Ulid id;
    Ulid sessionId;
    Instant createdAt;
    std::optional<Instant> expiresAt;
    std::optional<Instant> revokedAt;
    std::optional<Instant> firstUsedAt;

    bool validAt(Instant now) const { return !revokedAt && (!expiresAt || *expiresAt >= now); }
};

struct RefreshToken {
    enum class State { valid, consumed, revoked };

    Ulid id;
    Ulid sessionId;
    std::optional<Ulid> accessTokenId;
    std::optional<Ulid> nextId;  ///< issued in its place
    State state = State::valid;
    Instant createdAt;
    std::optional<Instant> consumedAt;
};

/// A token with all that decides about it, read in one round trip.
struct LATCHKEY_API AccessTokenDetails {
    AccessToken token;
    OAuthSession session;
    std::optional<User> user;

    /// Token and session live; the user, if there is one, is neither locked nor deactivated.
    bool usableAt(Instant now) const;
};
struct LATCHKEY_API RefreshTokenDetails {
    RefreshToken token;
    OAuthSession session;
    std::optional<User> user;
    bool usable() const;
};

}  // namespace latchkey
