// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/statistics.h"

namespace latchkey::jobs {

using Lock = std::lock_guard<std::mutex>;
using Type = MetricsWriter::Type;

void Statistics::woken(const std::string& reason) {
    const Lock lock(mutex_);
    ++wakeups_[reason];
}

void Statistics::ticked(std::int64_t microseconds) {
    const Lock lock(mutex_);
    ++ticks_.count;
    ticks_.microseconds += static_cast<std::uint64_t>(microseconds);
}

void Statistics::started(const std::string& queue) {
    const Lock lock(mutex_);
    ++active_[queue];
}

void Statistics::finished(const std::string& queue, const std::string& result, const std::string& decision, std::int64_t microseconds) {
    const Lock lock(mutex_);
    --active_[queue];
    Sum& sum = jobs_[{queue, result, decision}];
    ++sum.count;
    sum.microseconds += static_cast<std::uint64_t>(microseconds);
}

void Statistics::depths(std::vector<QueueDepth> depths) {
    const Lock lock(mutex_);
    depths_ = std::move(depths);
    wanted_ = false;
}

// As of the last time that the worker looked.
void Statistics::collectDepths(MetricsWriter& writer) const {
    writer.metric("latchkey_job_queue_depth", Type::gauge, "Jobs in the queue, of all processes, by status");
    for (const QueueDepth& each : depths_) writer.sample("latchkey_job_queue_depth", static_cast<double>(each.jobs), {{"queue", each.queue}, {"status", each.status}});
    writer.metric("latchkey_job_queue_oldest_seconds", Type::gauge, "For how long the oldest job that is ready has been");
    for (const QueueDepth& each : depths_) {
        if (each.status == "available") writer.sample("latchkey_job_queue_oldest_seconds", static_cast<double>(each.oldest.us) / 1e6, {{"queue", each.queue}});
    }
}

// What MAS calls its figures, for dashboards of today. Of the times there is the sum only, so all are in one bucket.
void Statistics::collectForMas(MetricsWriter& writer) const {
    writer.metric("job_worker_wakeups_total", Type::counter, "Times the worker woke up, by reason");
    for (const auto& [reason, count] : wakeups_) {
        writer.sample("job_worker_wakeups_total", static_cast<double>(count), {{"reason", reason}});
    }
    writer.metric("job_active_tasks", Type::gauge, "Jobs that run");
    for (const auto& [queue, count] : active_) writer.sample("job_active_tasks", static_cast<double>(count), {{"job_queue_name", queue}});
    writer.metric("job_process_duration_milliseconds", Type::histogram, "Time spent on jobs");
    for (const auto& [key, sum] : jobs_) {
        const auto& [queue, result, decision] = key;
        using Label = std::pair<std::string_view, std::string_view>;
        const Label ofQueue{"job_queue_name", queue}, ofResult{"job_result", result}, ofDecision{"job_decision", decision};
        const auto count = static_cast<double>(sum.count);
        writer.sample("job_process_duration_milliseconds_bucket", count, {ofQueue, ofResult, ofDecision, {"le", "+Inf"}});
        writer.sample("job_process_duration_milliseconds_sum", static_cast<double>(sum.microseconds) / 1e3, {ofQueue, ofResult, ofDecision});
        writer.sample("job_process_duration_milliseconds_count", count, {ofQueue, ofResult, ofDecision});
    }
}

void Statistics::collect(MetricsWriter& writer) const {
    wanted_ = true;
    const Lock lock(mutex_);
    collectDepths(writer);
    writer.metric("latchkey_job_worker_wakeups_total", Type::counter, "Times the worker woke up, by reason");
    for (const auto& [reason, count] : wakeups_) writer.sample("latchkey_job_worker_wakeups_total", static_cast<double>(count), {{"reason", reason}});
    writer.metric("latchkey_job_worker_ticks_total", Type::counter, "Times the worker looked at the queue");
    writer.sample("latchkey_job_worker_ticks_total", static_cast<double>(ticks_.count));
    writer.metric("latchkey_job_worker_tick_seconds_total", Type::counter, "Time spent on that");
    writer.sample("latchkey_job_worker_tick_seconds_total", static_cast<double>(ticks_.microseconds) / 1e6);
    writer.metric("latchkey_job_active_tasks", Type::gauge, "Jobs that run");
    for (const auto& [queue, count] : active_) writer.sample("latchkey_job_active_tasks", static_cast<double>(count), {{"queue", queue}});
    writer.metric("latchkey_job_process_total", Type::counter, "Jobs that were run");
    for (const auto& [key, sum] : jobs_) {
        writer.sample("latchkey_job_process_total", static_cast<double>(sum.count), {{"queue", std::get<0>(key)}, {"result", std::get<1>(key)}, {"decision", std::get<2>(key)}});
    }
    writer.metric("latchkey_job_process_seconds_total", Type::counter, "Time spent on them");
    for (const auto& [key, sum] : jobs_) {
        writer.sample("latchkey_job_process_seconds_total", static_cast<double>(sum.microseconds) / 1e6,
                      {{"queue", std::get<0>(key)}, {"result", std::get<1>(key)}, {"decision", std::get<2>(key)}});
    }
    collectForMas(writer);
}

}  // namespace latchkey::jobs
