// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"
#include "domain/oauth2/client.h"
#include "domain/oauth2/session.h"
#include "domain/store.h"
#include "domain/user/user.h"
#include "domain/user_locks.h"
#include "domain/waiting_room.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::oauth2 {

/// The devices of a session, which the homeserver must know before a token is handed out: it refuses tokens of others.
struct SessionDevices {
    User user;
    std::vector<std::string> ids;
    std::string name;
};

/// Makes devices at the homeserver. Thread-safe.
class Devices {
public:
    /// Without a homeserver no session has devices to make; without a `room` any number of threads may wait for it.
    Devices(Store& store, Homeserver* homeserver, UserLocks* locks, WaitingRoom* room) : store_(store), homeserver_(homeserver), locks_(locks), room_(room) {}

    /// Nothing if the scope names no device.
    std::optional<SessionDevices> of(const OAuthSession& session, const User& user, const Client& client, const std::optional<std::string>& userAgent) const;

    /// Makes them, and then, still under the user's lock, calls `finish`, which takes a unit of work of its own: none may be
    /// open before. If `finish` throws, the homeserver's devices are brought in line later by a job. Throws HomeserverError, or
    /// Unavailable if too many wait for the homeserver or the lock; then `finish` was not called.
    void make(const SessionDevices& devices, const std::function<void()>& finish) const;

private:
    void undo(const Ulid& userId) const noexcept;

    Store& store_;
    Homeserver* homeserver_;
    UserLocks* locks_;
    WaitingRoom* room_;
};

}  // namespace latchkey::oauth2
