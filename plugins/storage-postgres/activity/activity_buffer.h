// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"
#include "kernel/metrics.h"
#include "kernel/plugin.h"

#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace latchkey {
class Deadline;
class Store;
}  // namespace latchkey

namespace latchkey::pg {

struct ActivityLimits {
    std::size_t flushAt = 1'000;     ///< pending sessions; also the most that one transaction writes
    std::size_t most = 100'000;      ///< pending sessions
    std::int64_t periodMs = 60'000;
};

/// Keeps the latest use of each session and writes it once in a while, in a thread of its own. What could not be written is kept,
/// and tried again a period later.
class ActivityBuffer final : public ActivityRecorder, public Reloadable, public MetricsSource {
public:
    explicit ActivityBuffer(Store& store, ActivityLimits limits = {});
    ~ActivityBuffer() override;  ///< stop()

    void record(const Activity& activity) noexcept override;
    /// Has all that is pending written soon.
    void reload() override;
    void collect(MetricsWriter& writer) const override;
    /// Writes all that is pending, unless the deadline passes before.
    void drain(const Deadline& deadline) noexcept;
    void stop() noexcept;

    struct Stats {
        std::size_t pending = 0;
        std::uint64_t written = 0, dropped = 0, failures = 0;
    };
    Stats stats() const;

private:
    using Key = std::pair<SessionKind, Ulid>;
    using Entries = std::list<Activity>;
    using Lock = std::unique_lock<std::mutex>;

    void run();
    bool due() const;
    void flush(Lock& lock) noexcept;
    Entries takeBatch();
    void putBack(Entries batch);
    void insert(Entries& single);

    Store& store_;
    const ActivityLimits limits_;

    mutable std::mutex mutex_;
    std::condition_variable woken_;
    Entries pending_;  // the latest used last
    std::map<Key, Entries::iterator> index_;
    bool asked_ = false;
    bool holdOff_ = false;  // the last flush failed: being full is no reason for another
    bool flushing_ = false;
    bool stopping_ = false;
    Stats counted_;
    std::thread thread_;
};

}  // namespace latchkey::pg
