// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user_locks.h"
#include "plugins/storage-postgres/connect_options.h"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>

namespace latchkey::pg {

class Connection;

/// Session locks, all on one connection that is no pool's: opened with the first lock, and again after it was lost.
class PgUserLocks final : public UserLocks {
public:
    explicit PgUserLocks(ConnectOptions options);
    ~PgUserLocks() override;

    std::unique_ptr<UserLock> acquire(const Ulid& userId, Duration patience) override;
    /// Ends the connection, and with it what is still held.
    void close() noexcept;

private:
    class Held;

    // Within one process the server would grant the same key twice, since it is the same session: threads take turns here first.
    bool takeTurn(std::int64_t key, std::int64_t until);
    void endTurn(std::int64_t key) noexcept;
    /// The number of the connection that holds the lock now; 0 if somebody else has it.
    std::uint64_t attempt(std::int64_t key);
    std::uint64_t attemptOnce(std::int64_t key);
    void release(std::int64_t key, std::uint64_t connection) noexcept;

    const ConnectOptions options_;
    std::mutex turns_;
    std::condition_variable turnEnded_;
    std::set<std::int64_t> taken_;

    std::mutex using_;  // the connection, for one statement at a time
    std::unique_ptr<Connection> connection_;
    std::uint64_t number_ = 0;  // of connections so far: what an earlier one held went with it
};

}  // namespace latchkey::pg
