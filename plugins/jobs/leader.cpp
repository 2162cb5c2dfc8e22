// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/leader.h"

#include "domain/clock.h"
#include "domain/queue/worker_repository.h"
#include "domain/store.h"
#include "kernel/log.h"
#include "plugins/jobs/cron.h"
#include "plugins/jobs/schedules.h"

#include <algorithm>

namespace latchkey::jobs {

namespace {

constexpr Duration kDeadAfter = Duration::seconds(120);
constexpr int kLostAtOnce = 100;
const log::Logger kLog("jobs");

void plan(WorkerRepository& workers, Instant now) {
    const std::vector<ScheduleState> states = workers.schedules();
    for (const Schedule& each : schedules()) {
        const auto state = std::find_if(states.begin(), states.end(), [&](const ScheduleState& known) { return known.name == each.name; });
        if (state == states.end() || state->waiting || (state->lastAt && *state->lastAt > now)) continue;
        workers.schedule(each.name, newId(now), now, Cron(each.cron).next(now));
    }
}

// A job that its worker never finished runs again, as if it had failed: another attempt, so that one which kills workers ends some day.
void takeUp(WorkerRepository& workers, Instant now) {
    for (const LostJob& job : workers.lostJobs(kLostAtOnce)) {
        constexpr char kReason[] = "the worker that ran it has died";
        if (job.attempt < kLastAttempt) workers.failAndRetry(job.worker, job.id, kReason, newId(now), now, now);
        else workers.fail(job.worker, job.id, kReason, now);
        kLog.warn("jobs.lost", "a job was lost with its worker", {{"job", job.id.text()}, {"attempt", job.attempt}});
    }
}

}  // namespace

Duration retryDelay(int attempt) { return Duration::seconds(std::int64_t(5) << std::clamp(attempt, 0, kLastAttempt)); }

void leaderDuties(Store& store, Instant now) {
    const auto work = store.begin();
    WorkerRepository& workers = work->workers();
    if (!workers.tryLockDuties()) return;
    if (const auto dead = workers.declareDead(now - kDeadAfter, now)) kLog.warn("jobs.worker_dead", "workers were not seen for two minutes; their jobs run again", {{"workers", dead}});
    takeUp(workers, now);
    plan(workers, now);
    workers.releaseDue(now);
    work->commit();
}

void takeUpLostJobs(Store& store, Instant now) {
    const auto work = store.begin();
    takeUp(work->workers(), now);
    work->commit();
}

}  // namespace latchkey::jobs
