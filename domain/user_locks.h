// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <memory>

namespace latchkey {

/// Held until destroyed. Not thread-safe.
class LATCHKEY_API UserLock {
public:
    UserLock() = default;
    UserLock(const UserLock&) = delete;
    UserLock& operator=(const UserLock&) = delete;
    virtual ~UserLock();
};

/// One at a time may change which devices a user has, here and at the homeserver: of all processes on this database, those of
/// MAS included. Unlike UnitOfWork::lock it may be held across a call to the homeserver: no connection of the pool is bound by
/// it, however many are held. Should the database go away meanwhile the lock is lost, so what follows the call must still be
/// conditional. Thread-safe.
class LATCHKEY_API UserLocks {
public:
    static constexpr const char* kService = "domain.UserLocks/1";
    virtual ~UserLocks();
    /// Never call it with a unit of work open that holds the same key. Throws StorageBusy if somebody else holds it longer than
    /// `patience`, StorageDown if the database is away.
    virtual std::unique_ptr<UserLock> acquire(const Ulid& userId, Duration patience) = 0;
};

}  // namespace latchkey
