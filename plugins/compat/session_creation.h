// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/compat/session.h"
#include "domain/compat/session_repository.h"
#include "domain/event_sink.h"
#include "domain/homeserver.h"
#include "domain/policy/policy.h"
#include "domain/store.h"
#include "domain/user/user.h"
#include "domain/user_locks.h"
#include "domain/waiting_room.h"
#include "plugins/compat/login_request.h"
#include "plugins/compat/settings.h"

#include <functional>
#include <vector>

namespace latchkey::compat {

/// Somebody who proved who they are.
struct Person {
    User user;
    std::string loginType;                 ///< "m.login.password", "m.login.token"
    std::optional<Ulid> browserSessionId;
    /// Called in the unit of work that makes the session, with its id: whether what was proved still holds. May write; throws MatrixError.
    std::function<void(UnitOfWork&, const Ulid& sessionId, Instant now)> confirm;
};

struct MadeSession {
    CompatSession session;
    std::string accessText;
    std::string refreshText;  ///< empty: none was asked for
};

/// Makes a session with its device, here and at the homeserver: one at a time for each user, and without a connection to the
/// database while others are asked. Thread-safe.
class SessionCreation {
public:
    /// Without a homeserver the device is left to the job that syncs devices; without `locks` two at once are kept apart by the
    /// database for as long as they write; without a `room` any number of threads may wait for the homeserver.
    SessionCreation(Store& store, Policy& policy, Homeserver* homeserver, UserLocks* locks, WaitingRoom* room, const Settings& settings, Events* events)
        : store_(store), policy_(policy), homeserver_(homeserver), locks_(locks), room_(room), settings_(settings), events_(events) {}

    /// Throws MatrixError, or Unavailable if too many wait for the homeserver or the lock.
    MadeSession create(const Person& person, const LoginRequest& login, const http::Request& request) const;

private:
    /// How many sessions have to go for the new one.
    std::int64_t allowed(const Person& person, const std::string& deviceId, const http::Request& request) const;
    /// Returns what had the device until now.
    std::vector<EndedSession> write(UnitOfWork& work, const Person& person, MadeSession& made, std::int64_t evict, bool refreshable,
                                    Instant now) const;
    void recordEnds(const Person& person, const std::vector<EndedSession>& replaced, std::int64_t evicted,
                    const http::Request& request) const;
    void addTokens(UnitOfWork& work, MadeSession& made, bool refreshable, Instant now) const;
    void announce(const User& user, const CompatSession& session, std::int64_t patienceMs) const;
    void undo(const CompatSession& session) const;

    Store& store_;
    Policy& policy_;
    Homeserver* homeserver_;
    UserLocks* locks_;
    WaitingRoom* room_;
    const Settings& settings_;
    Events* events_;
};

}  // namespace latchkey::compat
