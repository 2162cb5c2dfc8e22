// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/compat/session.h"
#include "domain/user/user.h"

namespace latchkey {

struct CompatAccessToken {
    Ulid id;
    Ulid sessionId;
    Instant createdAt;
    std::optional<Instant> expiresAt;  ///< nothing: never

    bool validAt(Instant now) const { return !expiresAt || *expiresAt > now; }
};

/// Good for one exchange.
struct CompatRefreshToken {
    Ulid id;
    Ulid sessionId;
    Ulid accessTokenId;
    Instant createdAt;
    std::optional<Instant> consumedAt;
};

struct CompatAccessDetails {
    CompatAccessToken token;
    CompatSession session;
    User user;
    bool validAt(Instant now) const { return token.validAt(now) && session.active(); }
};

struct CompatRefreshDetails {
    CompatRefreshToken token;
    CompatSession session;
    User user;
    bool valid() const { return !token.consumedAt && session.active(); }
};

}  // namespace latchkey
