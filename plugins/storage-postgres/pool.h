// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/config.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/outage.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace latchkey::pg {

class Pool;

/// A connection of the pool, with what the pool remembers of it.
struct Pooled {
    std::unique_ptr<Connection> connection;
    std::int64_t expiresAtMs = 0;  ///< max_lifetime with jitter; 0: never
    std::int64_t idleSinceMs = 0;
};

/// A connection on loan; given back on destruction. Not thread-safe.
class Lease {
public:
    Lease(Pool& pool, Pooled pooled) : pool_(&pool), pooled_(std::move(pooled)) {}
    ~Lease();
    Lease(Lease&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), pooled_(std::move(other.pooled_)) {}
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;

    Connection& operator*() const { return *pooled_.connection; }
    Connection* operator->() const { return pooled_.connection.get(); }

private:
    Pool* pool_;
    Pooled pooled_;
};

/// Connections to one database. Thread-safe. Whoever waits is served in order of arrival and waits for a bounded time; connections
/// are opened outside of the lock; what comes back is checked before somebody else gets it. While the database is away
/// (and no connection is left that could come back) acquire() fails at once, and a thread of the pool tries again with growing pauses.
class Pool {
public:
    Pool(const ConnectOptions& options, const PoolLimits& limits);
    ~Pool();  ///< close()
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// Opens min_connections, and at least one. Throws StorageDown or StorageBusy.
    void open();
    /// Waiters fail with StorageDown; connections on loan are closed when they come back, which must be before the pool goes.
    void close() noexcept;

    /// Throws StorageBusy past the time-out, StorageDown while the database is away.
    Lease acquire();

    struct Stats {
        std::size_t open = 0, idle = 0, waiting = 0, limit = 0;
        std::uint64_t acquired = 0, waitedMicroseconds = 0, timedOut = 0, connects = 0, connectFailures = 0, discarded = 0;
        bool away = false;
    };
    Stats stats() const;

private:
    friend class Lease;
    struct Waiter {
        std::condition_variable woken;
        enum class Given { nothing, connection, slot, failure } given = Given::nothing;
        Pooled pooled;
    };
    using Lock = std::unique_lock<std::mutex>;

    Pooled take(std::int64_t deadlineMs);
    Pooled wait(Lock& lock, std::int64_t deadlineMs, bool first);
    bool mayConnect() const;
    void refuseIfHopeless() const;
    [[noreturn]] void raiseBusy() const;

    std::optional<Pooled> connect(std::int64_t deadlineMs, bool lastResort);
    bool fit(Pooled& pooled, std::int64_t deadlineMs) const;
    void release(Pooled pooled) noexcept;
    void freeSlot(Lock& lock) noexcept;
    void handOver(Lock& lock, Pooled pooled);
    void failWaiters();

    void keepHouse();
    std::int64_t nextRoundMs(std::int64_t nowMs) const;
    std::vector<Pooled> removeStale(std::int64_t nowMs);
    void replenish(Lock& lock);

    const ConnectOptions options_;
    const PoolLimits limits_;

    mutable std::mutex mutex_;
    std::deque<Pooled> idle_;      // the most recently used last
    std::list<Waiter*> waiters_;   // the longest waiting first
    std::size_t total_ = 0;        // idle, on loan, and being opened
    Outage outage_;
    bool closing_ = false;
    Stats counted_;

    std::condition_variable housework_;
    std::thread housekeeper_;
};

}  // namespace latchkey::pg
