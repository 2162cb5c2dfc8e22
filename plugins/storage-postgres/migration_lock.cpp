// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/migration_lock.h"

#include "kernel/deadline.h"
#include "kernel/log.h"
#include "plugins/storage-postgres/lock_holder.h"

#include <algorithm>
#include <poll.h>

namespace latchkey::pg {

namespace {

constexpr int kFirstPauseMs = 250;
constexpr int kLongestPauseMs = 5000;
constexpr int kSliceMs = 50;

void sayWhoHolds(Connection& connection, std::int64_t key, std::int64_t waitedMs) {
    static const log::Logger logger("storage-postgres");
    const auto holder = lockHolder(connection, key);
    logger.warn("db.migration_lock_held", "another server migrates this database: waiting for it", {{"holder", holder ? holder->describe() : "gone meanwhile"}, {"waited_ms", waitedMs}});
}

bool pauseUnless(const std::function<bool()>& interrupted, int milliseconds) {
    const std::int64_t end = monotonicMs() + milliseconds;
    for (std::int64_t left = milliseconds; left > 0; left = end - monotonicMs()) {
        if (interrupted()) return false;
        ::poll(nullptr, 0, static_cast<int>(std::min<std::int64_t>(left, kSliceMs)));
    }
    return !interrupted();
}

}  // namespace

std::optional<SessionLock> waitForMigrationLock(Connection& connection, const std::string& database, const std::function<bool()>& interrupted) {
    const std::int64_t key = migrationLockKey(database);
    const std::int64_t begin = monotonicMs();
    for (int pause = kFirstPauseMs;; pause = std::min(pause * 2, kLongestPauseMs)) {
        if (auto lock = SessionLock::tryAcquire(connection, key)) return lock;
        sayWhoHolds(connection, key, monotonicMs() - begin);
        if (!pauseUnless(interrupted, pause)) return std::nullopt;
    }
}

}  // namespace latchkey::pg
