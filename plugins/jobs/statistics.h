// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/queue/worker_repository.h"
#include "kernel/metrics.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

namespace latchkey::jobs {

/// What the worker counts. Thread-safe.
class Statistics final : public MetricsSource {
public:
    void woken(const std::string& reason);
    void ticked(std::int64_t microseconds);
    void started(const std::string& queue);
    /// `result`: success, failed, crashed; `decision`: retry, fail, abandon, or empty.
    void finished(const std::string& queue, const std::string& result, const std::string& decision, std::int64_t microseconds);
    /// Whether somebody has collected since the last depths().
    bool depthsWanted() const noexcept { return wanted_; }
    void depths(std::vector<QueueDepth> depths);
    void collect(MetricsWriter& writer) const override;

private:
    struct Sum {
        std::uint64_t count = 0, microseconds = 0;
    };
    void collectDepths(MetricsWriter& writer) const;
    void collectForMas(MetricsWriter& writer) const;

    mutable std::atomic<bool> wanted_{false};
    mutable std::mutex mutex_;
    std::vector<QueueDepth> depths_;
    std::map<std::string, std::uint64_t> wakeups_;
    std::map<std::tuple<std::string, std::string, std::string>, Sum> jobs_;
    std::map<std::string, std::int64_t> active_;
    Sum ticks_;
};

}  // namespace latchkey::jobs
