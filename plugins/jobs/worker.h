// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/notifications.h"
#include "plugins/jobs/runner.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace latchkey {
class Deadline;
class Store;
class UnitOfWork;
}  // namespace latchkey

namespace latchkey::jobs {

/// One worker of the queue, beside others on the same database, those of MAS included. While the database is away it keeps what it
/// has and tries again. Its own thread does everything but the jobs.
class Worker {
public:
    static constexpr int kRunning = 10;
    static constexpr int kWaiting = 5;  ///< reserved on top, so that no thread waits for the database

    Worker(Store& store, Notifications* notifications, const Handlers& handlers, Statistics& statistics, std::int64_t heartbeatMs = 30'000);
    ~Worker();  ///< as stop()

    /// Takes no more; waits for what runs, then gives back the rest and leaves.
    void drain(const Deadline& deadline) noexcept;
    /// The threads have ended when it returns.
    void stop() noexcept;

private:
    void wake(const char* reason);
    void loop();
    void wait();
    void round();
    void housekeeping(Instant now);
    void measure(Instant now);
    void work(Instant now);
    void record(WorkerRepository& workers, Instant now);
    void recoverAfterFailure(WorkerRepository& workers);
    void reenter(UnitOfWork& work, Instant now);
    void leave() noexcept;

    Store& store_;
    const std::vector<std::string> queues_;
    Statistics& statistics_;
    const std::int64_t heartbeatMs_;
    std::optional<Ulid> id_;
    std::vector<FinishedJob> unrecorded_;  // the loop's thread only, as id_ and what follows
    bool uncertain_ = false;               // the last round failed: the database may say otherwise than we think
    bool away_ = false;
    std::int64_t seenMs_ = 0, houseMs_ = 0, measuredMs_ = 0;

    std::mutex mutex_;
    std::condition_variable woken_;
    const char* reason_ = nullptr;
    std::atomic<bool> draining_{false};
    bool stop_ = false;
    Runner runner_;
    std::unique_ptr<Subscription> subscription_;
    std::thread thread_;
};

}  // namespace latchkey::jobs
