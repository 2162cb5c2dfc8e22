// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"
#include "domain/compat/session.h"
#include "kernel/export.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace latchkey {

/// A session that has just ended.
struct EndedSession {
    SessionKind kind = SessionKind::compat;
    Ulid id;
};

/// Log-ins by Matrix's own API, from before OAuth.
class LATCHKEY_API CompatSessionRepository {
public:
    virtual ~CompatSessionRepository();
    virtual std::optional<CompatSession> find(const Ulid& id) = 0;
    virtual void add(const CompatSession& session) = 0;
    /// Ends it, its tokens are worth nothing then. False if it was finished already.
    virtual bool finish(const Ulid& id, Instant now) = 0;
    /// Ends all active ones of a user; returns how many.
    virtual std::int64_t finishAllOf(const Ulid& userId, Instant now) = 0;
    /// Ends what the user has with this device: compat sessions, and OAuth sessions whose scope names it in either spelling.
    virtual std::vector<EndedSession> finishDevice(const Ulid& userId, std::string_view deviceId, Instant now) = 0;
    /// Ends the `count` least recently used active ones of a user: first those unused since `inactiveSince`, then those never used.
    /// Returns how many there were to end.
    virtual std::int64_t finishLeastRecentlyUsed(const Ulid& userId, std::int64_t count, Instant inactiveSince, Instant now) = 0;
};

}  // namespace latchkey
