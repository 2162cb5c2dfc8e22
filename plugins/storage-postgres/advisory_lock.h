// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace latchkey::pg {

class Connection;

// Keys of advisory locks: all of them share one space of 64 bits per database. They are the reference's, so that both servers
// exclude each other while one replaces the other.

/// The key of a lock with a name: HKDF-SHA256 of it.
std::int64_t namedLockKey(std::string_view name);
/// One migrator per database.
std::int64_t migrationLockKey(std::string_view database);
/// Changes to the devices of one user, one after the other.
inline std::int64_t deviceSyncLockKey(const Ulid& user) { return user.low64(); }

inline constexpr std::int64_t kConfigSyncLock = -5367755461526268618;     ///< namedLockKey("MAS config sync")
inline constexpr std::int64_t kLeaderDutiesLock = -8899529269394137242;   ///< namedLockKey("leader-duties")
inline constexpr std::int64_t kSynapseImportLock = 6584285998412104315;   ///< namedLockKey("syn2mas-maswriter")

/// An advisory lock of a session, held until unlock() or destruction, whatever transactions do meanwhile. If the server cannot be
/// told (an aborted transaction, a lost connection) the connection is tainted, so that its pool closes it, which ends the lock.
/// The connection must outlive the lock. Not thread-safe. Useless behind a transaction pooler.
class SessionLock {
public:
    /// Waits as long as it takes. While it waits, PostgreSQL cannot finish a CREATE INDEX CONCURRENTLY; migrations use tryAcquire().
    static SessionLock acquire(Connection& connection, std::int64_t key);
    /// Nothing if somebody else holds it.
    static std::optional<SessionLock> tryAcquire(Connection& connection, std::int64_t key);
    /// Asks again, with growing pauses, until the time is over.
    static std::optional<SessionLock> acquireWithin(Connection& connection, std::int64_t key, Duration patience);

    SessionLock(SessionLock&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)), key_(other.key_) {}
    SessionLock& operator=(SessionLock&&) = delete;
    SessionLock(const SessionLock&) = delete;
    ~SessionLock();

    /// Throws StorageInconsistent if the server says that this session did not hold it (a pooler, most likely).
    void unlock();
    std::int64_t key() const noexcept { return key_; }

private:
    SessionLock(Connection& connection, std::int64_t key) : connection_(&connection), key_(key) {}
    Connection* connection_;
    std::int64_t key_;
};

/// Advisory locks that end with the transaction they are taken in. Throw StorageError outside of one.
void lockForTransaction(Connection& connection, std::int64_t key);
bool tryLockForTransaction(Connection& connection, std::int64_t key);
bool lockForTransactionWithin(Connection& connection, std::int64_t key, Duration patience);

}  // namespace latchkey::pg
