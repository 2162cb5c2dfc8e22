// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/user.h"
#include "kernel/export.h"

#include <string_view>

namespace latchkey {

/// A person who is logged in with a browser.
struct BrowserSession {
    Ulid id;
    User user;
    Instant createdAt;
    std::optional<Instant> finishedAt;
    std::optional<std::string> userAgent;
    std::optional<Instant> lastActiveAt;
    std::optional<std::string> lastActiveIp;

    /// Not ended, and its user is neither locked nor deactivated.
    bool active() const { return !finishedAt && !user.lockedAt && !user.deactivatedAt; }
};

class LATCHKEY_API BrowserSessionRepository {
public:
    virtual ~BrowserSessionRepository();
    /// With its user, in one round trip.
    virtual std::optional<BrowserSession> find(const Ulid& id) = 0;
    virtual void add(const Ulid& id, const Ulid& userId, const std::optional<std::string>& userAgent, Instant now) = 0;
    virtual bool finish(const Ulid& id, Instant now) = 0;
    virtual std::int64_t finishAllOf(const Ulid& userId, Instant now) = 0;

    virtual void authenticatedByPassword(const Ulid& authenticationId, const Ulid& sessionId, const Ulid& passwordId, Instant now) = 0;
    /// When its person last proved who they are (`auth_time`).
    virtual std::optional<Instant> lastAuthentication(const Ulid& sessionId) = 0;
};

}  // namespace latchkey
