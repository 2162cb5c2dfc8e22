// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/runner.h"

#include "kernel/deadline.h"
#include "kernel/log.h"
#include "plugins/jobs/leader.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <pthread.h>
#include <thread>

namespace latchkey::jobs {

namespace {

const log::Logger kLog("jobs");
using Kind = JobOutcome::Kind;

class Context final : public JobContext {
public:
    Context(const ReservedJob& job, Duration limit, const std::atomic<bool>& stop)
        : job_(job), until_(limit.us == 0 ? 0 : monotonicMs() + limit.us / 1000), stop_(stop) {}
    const Ulid& id() const override { return job_.id; }
    int attempt() const override { return job_.attempt; }
    bool cancelled() const noexcept override { return stop_ || (until_ != 0 && monotonicMs() >= until_); }

private:
    const ReservedJob& job_;
    const std::int64_t until_;
    const std::atomic<bool>& stop_;
};

}  // namespace

struct Runner::Shared {
    struct Running {
        std::string queue;
        std::int64_t slowAtMs;
        bool reported = false;
    };
    Shared(const Handlers& handlers_, Statistics& statistics_, std::int64_t slowMs_, std::function<void()> notify_)
        : handlers(handlers_), statistics(statistics_), slowMs(slowMs_), notify(std::move(notify_)) {}

    void work();
    JobOutcome run(const ReservedJob& job);

    const Handlers handlers;
    Statistics& statistics;
    const std::int64_t slowMs;
    const std::function<void()> notify;
    std::atomic<bool> cancelled{false};
    std::mutex mutex;
    std::condition_variable wake, ended;
    std::deque<ReservedJob> waiting;
    std::map<Ulid, Running> running;
    std::vector<FinishedJob> finished;
    int threads = 0;  // that have not ended
    bool stop = false;
};

Runner::Runner(const Handlers& handlers, const Options& options, Statistics& statistics, std::function<void()> finished)
    : options_(options), shared_(std::make_shared<Shared>(handlers, statistics, options.slowMs, std::move(finished))) {
    const std::lock_guard lock(shared_->mutex);
    for (; shared_->threads < options.threads; ++shared_->threads) std::thread([shared = shared_] { shared->work(); }).detach();
}

Runner::~Runner() {
    cancel();
    std::unique_lock lock(shared_->mutex);
    shared_->stop = true;
    shared_->wake.notify_all();
    shared_->ended.wait_for(lock, std::chrono::milliseconds(options_.patienceMs), [this] { return shared_->threads == 0; });
    for (const auto& [id, job] : shared_->running) kLog.error("jobs.hanging", "a job does not end, and is left behind", {{"queue", job.queue}, {"job", id.text()}});
}

void Runner::cancel() noexcept { shared_->cancelled = true; }

void Runner::add(std::vector<ReservedJob> jobs) {
    const std::lock_guard lock(shared_->mutex);
    for (ReservedJob& job : jobs) shared_->waiting.push_back(std::move(job));
    shared_->wake.notify_all();
}

std::vector<FinishedJob> Runner::takeFinished() {
    const std::lock_guard lock(shared_->mutex);
    return std::exchange(shared_->finished, {});
}

std::vector<Ulid> Runner::held() const {
    const std::lock_guard lock(shared_->mutex);
    std::vector<Ulid> ids;
    for (const auto& [id, job] : shared_->running) ids.push_back(id);
    for (const ReservedJob& job : shared_->waiting) ids.push_back(job.id);
    for (const FinishedJob& each : shared_->finished) ids.push_back(each.job.id);
    return ids;
}

std::size_t Runner::outstanding() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->waiting.size() + shared_->running.size();
}

void Runner::dropWaiting() {
    const std::lock_guard lock(shared_->mutex);
    shared_->waiting.clear();
}

int Runner::reportSlow() {
    const std::lock_guard lock(shared_->mutex);
    int said = 0;
    for (auto& [id, job] : shared_->running) {
        if (job.reported || monotonicMs() < job.slowAtMs) continue;
        job.reported = true;
        ++said;
        kLog.warn("jobs.slow", "a job runs longer than it should", {{"queue", job.queue}, {"job", id.text()}});
    }
    return said;
}

// `notify` is not called once the runner is gone: who made it may be, too.
void Runner::Shared::work() {
    ::pthread_setname_np(::pthread_self(), "job");
    std::unique_lock lock(mutex);
    for (;;) {
        wake.wait(lock, [this] { return stop || !waiting.empty(); });
        if (stop) break;
        ReservedJob job = std::move(waiting.front());
        waiting.pop_front();
        const std::int64_t limitMs = handlers.at(job.queue)->softLimit().us / 1000;
        running[job.id] = {job.queue, monotonicMs() + (limitMs == 0 ? slowMs : limitMs)};
        lock.unlock();
        JobOutcome outcome = run(job);
        lock.lock();
        running.erase(job.id);
        finished.push_back({std::move(job), std::move(outcome)});
        if (!stop) notify();
    }
    --threads;
    ended.notify_all();
}

JobOutcome Runner::Shared::run(const ReservedJob& job) {
    const std::int64_t begin = monotonicMs();
    JobHandler& handler = *handlers.at(job.queue);
    const Context context(job, handler.softLimit(), cancelled);
    statistics.started(job.queue);
    bool crashed = false;
    JobOutcome outcome;
    try {
        outcome = handler.run(job.payload, context);
    } catch (const std::exception& error) {
        outcome = JobOutcome::retry(error.what());
        crashed = true;
    } catch (...) {
        outcome = JobOutcome::retry("it threw something that is not a std::exception");
        crashed = true;
    }
    const bool again = outcome.kind == Kind::retry;
    const char* decision = outcome.kind == Kind::done ? "" : !again ? "fail" : job.attempt < kLastAttempt ? "retry" : "abandon";
    statistics.finished(job.queue, outcome.kind == Kind::done ? "success" : crashed ? "crashed" : "failed", decision, (monotonicMs() - begin) * 1000);
    if (outcome.kind == Kind::done) kLog.debug("jobs.done", "a job is done", {{"queue", job.queue}, {"job", job.id.text()}, {"ms", monotonicMs() - begin}});
    else kLog.warn("jobs.failed", "a job failed", {{"queue", job.queue}, {"job", job.id.text()}, {"attempt", job.attempt}, {"decision", decision}, {"reason", outcome.reason}});
    return outcome;
}

}  // namespace latchkey::jobs
