// SPDX-License-Identifier: Apache-2.0
// The pool's own thread: closes what is idle or old, keeps min_connections, looks for a database that is away.
#include "kernel/deadline.h"
#include "kernel/error.h"
#include "kernel/log.h"
#include "plugins/storage-postgres/pool.h"

#include <algorithm>
#include <chrono>
#include <pthread.h>

namespace latchkey::pg {

namespace {
constexpr std::int64_t kRoundMs = 5'000;
}

void Pool::keepHouse() {
    ::pthread_setname_np(::pthread_self(), "db-pool");
    Lock lock(mutex_);
    while (!closing_) {
        const std::int64_t pause = nextRoundMs(monotonicMs());
        housework_.wait_for(lock, std::chrono::milliseconds(std::max<std::int64_t>(pause, 1)));
        if (closing_) return;
        std::vector<Pooled> stale = removeStale(monotonicMs());
        if (!stale.empty()) {
            lock.unlock();
            stale.clear();
            lock.lock();
        }
        if (!closing_) replenish(lock);
    }
}

std::int64_t Pool::nextRoundMs(std::int64_t nowMs) const {
    return outage_.present() ? std::clamp<std::int64_t>(outage_.nextAttempt() - nowMs, 1, kRoundMs) : kRoundMs;
}

// What expired, and what was idle for too long unless it is needed for min_connections. Taken out here, closed by the caller
// outside of the lock.
std::vector<Pooled> Pool::removeStale(std::int64_t nowMs) {
    std::vector<Pooled> stale;
    for (auto each = idle_.begin(); each != idle_.end();) {
        const bool expired = each->expiresAtMs != 0 && nowMs >= each->expiresAtMs;
        const bool unneeded = limits_.idleTimeout && nowMs - each->idleSinceMs >= *limits_.idleTimeout * 1000 && total_ > limits_.minConnections;
        if (!expired && !unneeded) {
            ++each;
            continue;
        }
        stale.push_back(std::move(*each));
        each = idle_.erase(each);
        --total_;
    }
    return stale;
}

// One connection if min_connections asks for it, or if it is time to look whether the database is back.
void Pool::replenish(Lock& lock) {
    for (;;) {
        const bool probing = outage_.due(monotonicMs());
        const bool lacking = !outage_.present() && total_ < limits_.minConnections;
        if (closing_ || total_ >= limits_.maxConnections || (!probing && !lacking)) return;
        ++total_;
        lock.unlock();
        std::optional<Pooled> opened;
        try {
            opened = connect(monotonicMs() + options_.connectTimeout * std::int64_t(1000), true);
        } catch (const Error&) {
            // Noted in the outage, and logged when it began.
        }
        lock.lock();
        if (!opened) return;
        opened->idleSinceMs = monotonicMs();
        if (!closing_) {
            handOver(lock, std::move(*opened));
            continue;
        }
        --total_;
        lock.unlock();
        opened.reset();
        lock.lock();
    }
}

}  // namespace latchkey::pg
