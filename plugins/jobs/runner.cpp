// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/runner.h"

#include "kernel/deadline.h"
#include "kernel/log.h"
#include "plugins/jobs/leader.h"

#include <pthread.h>

namespace latchkey::jobs {

namespace {
const log::Logger kLog("jobs");
using Kind = JobOutcome::Kind;
}  // namespace

class Runner::Context final : public JobContext {
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

Runner::Runner(const Handlers& handlers, int threads, Statistics& statistics, std::function<void()> finished)
    : handlers_(handlers), statistics_(statistics), notify_(std::move(finished)) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Runner::~Runner() {
    cancel();
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& each : threads_) each.join();
}

void Runner::add(std::vector<ReservedJob> jobs) {
    const std::lock_guard lock(mutex_);
    for (ReservedJob& job : jobs) waiting_.push_back(std::move(job));
    wake_.notify_all();
}

std::vector<FinishedJob> Runner::takeFinished() {
    const std::lock_guard lock(mutex_);
    return std::exchange(finished_, {});
}

std::vector<Ulid> Runner::held() const {
    const std::lock_guard lock(mutex_);
    std::vector<Ulid> ids(running_.begin(), running_.end());
    for (const ReservedJob& job : waiting_) ids.push_back(job.id);
    for (const FinishedJob& each : finished_) ids.push_back(each.job.id);
    return ids;
}

std::size_t Runner::outstanding() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size() + running_.size();
}

void Runner::dropWaiting() {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
}

void Runner::work() {
    ::pthread_setname_np(::pthread_self(), "job");
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
        if (stop_) return;
        ReservedJob job = std::move(waiting_.front());
        waiting_.pop_front();
        running_.insert(job.id);
        lock.unlock();
        JobOutcome outcome = run(job);
        lock.lock();
        running_.erase(job.id);
        finished_.push_back({std::move(job), std::move(outcome)});
        lock.unlock();
        notify_();
        lock.lock();
    }
}

JobOutcome Runner::run(const ReservedJob& job) {
    const std::int64_t begin = monotonicMs();
    JobHandler& handler = *handlers_.at(job.queue);
    const Context context(job, handler.softLimit(), cancelled_);
    statistics_.started(job.queue);
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
    statistics_.finished(job.queue, outcome.kind == Kind::done ? "success" : crashed ? "crashed" : "failed", decision, (monotonicMs() - begin) * 1000);
    if (outcome.kind == Kind::done) kLog.debug("jobs.done", "a job is done", {{"queue", job.queue}, {"job", job.id.text()}, {"ms", monotonicMs() - begin}});
    else kLog.warn("jobs.failed", "a job failed", {{"queue", job.queue}, {"job", job.id.text()}, {"attempt", job.attempt}, {"decision", decision}, {"reason", outcome.reason}});
    return outcome;
}

}  // namespace latchkey::jobs
