// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/queue/job_handler.h"
#include "domain/queue/worker_repository.h"
#include "plugins/jobs/statistics.h"

#include <functional>
#include <map>
#include <memory>
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
    struct Options {
        int threads = 10;
        std::int64_t slowMs = 600'000;   ///< a handler without a soft limit that runs longer is worth a line in the log
        std::int64_t patienceMs = 2'000;  ///< how long the destructor waits for handlers that do not end
    };
    /// `finished` is called on a job's thread whenever one has ended. The handlers must outlive the process' other threads: one that
    /// never ends is left behind.
    Runner(const Handlers& handlers, const Options& options, Statistics& statistics, std::function<void()> finished);
    ~Runner();  ///< cancels, waits for what runs, and leaves behind what does not end

    void add(std::vector<ReservedJob> jobs);
    std::vector<FinishedJob> takeFinished();
    /// Started or waiting, and not yet taken as finished.
    std::vector<Ulid> held() const;
    std::size_t outstanding() const;  ///< started or waiting
    void dropWaiting();
    void cancel() noexcept;
    /// Says which jobs run longer than they should, each once; how many it said.
    int reportSlow();

private:
    struct Shared;
    const Options options_;
    const std::shared_ptr<Shared> shared_;  // also of the threads, which may outlive this
};

}  // namespace latchkey::jobs
