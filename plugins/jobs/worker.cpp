// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/worker.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "kernel/deadline.h"
#include "kernel/log.h"
#include "plugins/jobs/leader.h"
#include "plugins/jobs/schedules.h"
#include "plugins/jobs/storable.h"

#include <algorithm>
#include <chrono>
#include <pthread.h>
#include <random>

namespace latchkey::jobs {

namespace {

const log::Logger kLog("jobs");

std::vector<std::string> queuesOf(const Handlers& handlers) {
    std::vector<std::string> names;
    for (const auto& [name, handler] : handlers) names.push_back(name);
    return names;
}

// So that the processes of a deployment do not all look in the same moment.
std::int64_t pauseMs() {
    thread_local std::minstd_rand random(std::random_device{}());
    return std::uniform_int_distribution<std::int64_t>(900, 1100)(random);
}

}  // namespace

Worker::Worker(Store& store, Notifications* notifications, const Handlers& handlers, Statistics& statistics, std::int64_t heartbeatMs)
    : store_(store), queues_(queuesOf(handlers)), statistics_(statistics), heartbeatMs_(heartbeatMs),
      runner_(handlers, {.threads = kRunning}, statistics, [this] { wake("task"); }), thread_([this] { loop(); }) {
    if (notifications == nullptr) return;
    subscription_ = notifications->listen({"queue_available", "queue_leader_stepdown"}, [this](const Notification&) { wake("notification"); });
}

Worker::~Worker() { stop(); }

void Worker::wake(const char* reason) {
    const std::lock_guard lock(mutex_);
    reason_ = reason;
    woken_.notify_all();
}

void Worker::loop() {
    ::pthread_setname_np(::pthread_self(), "jobs");
    for (;;) {
        try {
            round();
            if (std::exchange(away_, false)) kLog.info("jobs.back", "the queue can be reached again");
        } catch (const std::exception& error) {
            if (!std::exchange(away_, true)) kLog.warn("jobs.away", "the queue cannot be worked on just now; trying again", {{"reason", error.what()}});
            uncertain_ = true;
        }
        wait();
        const std::lock_guard lock(mutex_);
        if (stop_) break;
    }
    leave();
}

// After a failure only time wakes it: what else would, is there already.
void Worker::wait() {
    std::unique_lock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(pauseMs());
    woken_.wait_until(lock, until, [this] { return stop_ || (reason_ != nullptr && !away_); });
    statistics_.woken(stop_ ? "cancellation" : reason_ == nullptr ? "sleep" : reason_);
    reason_ = nullptr;
}

void Worker::round() {
    const std::int64_t begin = monotonicMs();
    const Instant now = currentTime();
    if (!id_ || begin - houseMs_ >= 900) {
        housekeeping(now);
        runner_.reportSlow();
        measure(now);
        houseMs_ = begin;
    }
    work(now);
    statistics_.ticked((monotonicMs() - begin) * 1000);
}

void Worker::housekeeping(Instant now) {
    const bool beat = monotonicMs() - seenMs_ >= heartbeatMs_;
    bool leader = false;
    {
        const auto unit = store_.begin();
        WorkerRepository& workers = unit->workers();
        if (!id_ || (beat && !workers.heartbeat(*id_, now))) return reenter(*unit, now);
        if (beat) seenMs_ = monotonicMs();
        leader = workers.lead(*id_, now);
        unit->commit();
    }
    if (leader) leaderDuties(store_, now);
    else if (beat) takeUpLostJobs(store_, now);
}

// Only where somebody looks at metrics.
void Worker::measure(Instant now) {
    constexpr std::int64_t kEveryMs = 5'000;
    constexpr int kMostQueues = 200;
    if (monotonicMs() - measuredMs_ < kEveryMs || !statistics_.depthsWanted()) return;
    const auto unit = store_.begin();
    statistics_.depths(unit->workers().depths(now, kMostQueues));
    measuredMs_ = monotonicMs();
}

// The first time; or when others took this worker for dead. What it still runs stays its own, unless somebody took it up. It goes by the
// new id only when that is in the database, where leases and jobs refer to it.
void Worker::reenter(UnitOfWork& work, Instant now) {
    const Ulid fresh = newId(now);
    WorkerRepository& workers = work.workers();
    workers.registerWorker(fresh, now);
    workers.addSchedules(scheduleNames());
    if (id_) workers.adopt(*id_, fresh);
    work.commit();
    if (id_) kLog.warn("jobs.registered_again", "this worker had been declared dead, and registers again", {{"worker", fresh.text()}});
    id_ = fresh;
    seenMs_ = monotonicMs();
}

void Worker::work(Instant now) {
    for (FinishedJob& each : runner_.takeFinished()) unrecorded_.push_back(std::move(each));
    const auto free = kRunning + kWaiting - static_cast<int>(runner_.outstanding());
    const bool more = !draining_ && free > 0;
    if (unrecorded_.empty() && !more && !uncertain_) return;
    const auto unit = store_.begin();
    WorkerRepository& workers = unit->workers();
    record(workers, now);
    if (uncertain_) recoverAfterFailure(workers);
    std::vector<ReservedJob> jobs;
    if (more) jobs = workers.reserve(*id_, queues_, free, now);
    unit->commit();
    unrecorded_.clear();
    uncertain_ = false;
    const bool full = static_cast<int>(jobs.size()) == free;
    runner_.add(std::move(jobs));
    if (full) wake("task");
}

void Worker::record(WorkerRepository& workers, Instant now) {
    std::vector<Ulid> done;
    for (const FinishedJob& each : unrecorded_) {
        const auto& [job, outcome] = each;
        if (outcome.kind == JobOutcome::Kind::done) done.push_back(job.id);
        else if (outcome.kind == JobOutcome::Kind::failed || job.attempt >= kLastAttempt) workers.fail(*id_, job.id, storable(outcome.reason), now);
        else workers.failAndRetry(*id_, job.id, storable(outcome.reason), newId(now), now, now + retryDelay(job.attempt));
    }
    workers.complete(*id_, done, now);
}

// A reservation whose commit was lost on the way: nobody runs it.
void Worker::recoverAfterFailure(WorkerRepository& workers) { workers.putBack(*id_, runner_.held()); }

void Worker::drain(const Deadline& deadline) noexcept {
    draining_ = true;
    runner_.cancel();
    runner_.dropWaiting();
    while (runner_.outstanding() > 0 && !deadline.passed()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const std::size_t left = runner_.outstanding();
    if (left > 0) kLog.warn("jobs.not_finished", "jobs still run; others will run them again", {{"jobs", left}});
    stop();
}

void Worker::stop() noexcept {
    if (!thread_.joinable()) return;
    draining_ = true;
    subscription_.reset();
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
        woken_.notify_all();
    }
    thread_.join();
}

// What could not be recorded, or still runs, is ready for others.
void Worker::leave() noexcept try {
    if (!id_) return;
    const Instant now = currentTime();
    for (FinishedJob& each : runner_.takeFinished()) unrecorded_.push_back(std::move(each));
    const auto unit = store_.begin();
    WorkerRepository& workers = unit->workers();
    record(workers, now);
    workers.putBack(*id_, {});
    workers.stepDown(*id_);
    workers.shutDown(*id_, now);
    unit->commit();
} catch (const std::exception& error) {
    kLog.warn("jobs.left_unclean", "the queue could not be told that this worker ends; others notice after two minutes", {{"reason", error.what()}});
}

}  // namespace latchkey::jobs
