// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/oauth2/scope.h"
#include "domain/time.h"

#include <optional>
#include <string>

namespace latchkey {

/// What a client was granted: by a person in a browser session, or (client_credentials) for itself.
struct OAuthSession {
    Ulid id;
    Ulid clientId;
    std::optional<Ulid> userId;            ///< nothing: client_credentials
    std::optional<Ulid> browserSessionId;  ///< the one that approved
    Scope scope;
    Instant createdAt;
    std::optional<Instant> finishedAt;
    std::optional<Instant> lastActiveAt;
    std::optional<std::string> lastActiveIp;
    std::optional<std::string> userAgent;
    std::optional<std::string> humanName;
    /// That the policy set; nothing: the configuration's. Read where tokens are issued (find(), findRefresh()), not at introspection.
    std::optional<Duration> accessTokenLifetime;

    bool active() const { return !finishedAt.has_value(); }
};

/// How many sessions of a user are active; for limits.
struct SessionCounts {
    std::int64_t oauth2 = 0;
    std::int64_t compat = 0;
    std::int64_t personal = 0;  ///< owned by the user and acting as the user
    std::int64_t total() const { return oauth2 + compat + personal; }
};

}  // namespace latchkey
