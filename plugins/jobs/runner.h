// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/queue/job_handler.h"
#include "domain/queue/worker_repository.h"
#include "plugins/jobs/statistics.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace latchkey::jobs {

using Handlers = std::map<std::string, JobHandler*, std::less<>>;

struct FinishedJob {
    ReservedJob job;
    JobOutcome outcome;
};

/// Runs reserved jobs on threads. Whatever a handler throws ends its run only. Thread-safe.
class Runner {
public:
    /// `finished` is called on a job's thread whenever one has ended.
    Runner(const Handlers& handlers, int threads, Statistics& statistics, std::function<void()> finished);
    ~Runner();  ///< cancels, and waits for what runs

    void add(std::vector<ReservedJob> jobs);
    std::vector<FinishedJob> takeFinished();
    /// Started or waiting, and not yet taken as finished.
    std::vector<Ulid> held() const;
    std::size_t outstanding() const;  ///< started or waiting
    void dropWaiting();
    void cancel() noexcept { cancelled_ = true; }

private:
    class Context;
    void work();
    JobOutcome run(const ReservedJob& job);

    const Handlers& handlers_;
    Statistics& statistics_;
    const std::function<void()> notify_;
    std::atomic<bool> cancelled_{false};
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<ReservedJob> waiting_;
    std::set<Ulid> running_;
    std::vector<FinishedJob> finished_;
    bool stop_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace latchkey::jobs
