// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/advisory_lock.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/queue/worker_repository.h"

namespace latchkey::pg {

// An expired lease has to go in a statement of its own: the insertion would still see it.
constexpr Query kDropExpired{"queue_leader.drop_expired", "DELETE FROM queue_leader WHERE expires_at < clock_timestamp()"};
constexpr Query kLead{"queue_leader.lead", R"sql(
    INSERT INTO queue_leader AS lease (active, elected_at, expires_at, queue_worker_id)
    VALUES (true, )sql" LATCHKEY_INSTANT("$2") R"sql(, clock_timestamp() + interval '5 seconds', $1::uuid)
        ON CONFLICT (active) DO UPDATE SET expires_at = excluded.expires_at WHERE lease.queue_worker_id = excluded.queue_worker_id)sql"};

bool PgWorkerRepository::lead(const Ulid& worker, Instant now) {
    connection_.exec(kDropExpired);
    return connection_.exec(kLead, {worker, now}) == 1;
}

constexpr Query kStepDown{"queue_leader.step_down", "DELETE FROM queue_leader WHERE queue_worker_id = $1::uuid"};
constexpr Query kTellStepDown{"queue_leader.tell_step_down", "SELECT 1 FROM (SELECT pg_notify('queue_leader_stepdown', '')) AS told"};

bool PgWorkerRepository::stepDown(const Ulid& worker) {
    if (connection_.exec(kStepDown, {worker}) == 0) return false;
    connection_.exec(kTellStepDown);
    return true;
}

// MAS takes the same key for its session; the two exclude each other all the same.
bool PgWorkerRepository::tryLockDuties() { return tryLockForTransaction(connection_, kLeaderDutiesLock); }

constexpr Query kDeclareDead{"queue_worker.declare_dead",
                             "UPDATE queue_workers SET shutdown_at = " LATCHKEY_INSTANT("$2") " WHERE shutdown_at IS NULL AND last_seen_at < " LATCHKEY_INSTANT("$1")};

std::int64_t PgWorkerRepository::declareDead(Instant lastSeenBefore, Instant now) { return connection_.exec(kDeclareDead, {lastSeenBefore, now}); }

constexpr Query kLost{"queue_job.lost", R"sql(
    SELECT job.queue_job_id, job.started_by, job.attempt
      FROM queue_jobs AS job JOIN queue_workers AS worker ON worker.queue_worker_id = job.started_by
     WHERE job.status = 'running' AND worker.shutdown_at IS NOT NULL
     ORDER BY job.queue_job_id LIMIT $1::bigint FOR UPDATE OF job SKIP LOCKED)sql"};

std::vector<LostJob> PgWorkerRepository::lostJobs(int most) {
    return connection_.all(kLost, {most}, [](const Row& row) { return LostJob{.id = row.ulid(0), .worker = row.ulid(1), .attempt = row.int32(2)}; });
}

constexpr Query kReleaseDue{"queue_job.release_due", "UPDATE queue_jobs SET status = 'available' WHERE status = 'scheduled' AND scheduled_at <= " LATCHKEY_INSTANT("$1")};

std::int64_t PgWorkerRepository::releaseDue(Instant now) { return connection_.exec(kReleaseDue, {now}); }

constexpr Query kAddSchedules{"queue_schedule.add", "INSERT INTO queue_schedules (schedule_name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING"};

void PgWorkerRepository::addSchedules(const std::vector<std::string>& names) { connection_.exec(kAddSchedules, {names}); }

constexpr Query kSchedules{"queue_schedule.all", R"sql(
    SELECT schedule.schedule_name, )sql" LATCHKEY_MICROS("schedule.last_scheduled_at") R"sql(,
           coalesce(job.status NOT IN ('completed', 'failed', 'lost'), false)
      FROM queue_schedules AS schedule LEFT JOIN queue_jobs AS job ON job.queue_job_id = schedule.last_scheduled_job_id)sql"};

std::vector<ScheduleState> PgWorkerRepository::schedules() {
    return connection_.all(kSchedules, {}, [](const Row& row) { return ScheduleState{.name = row.text(0), .lastAt = row.optionalInstant(1), .waiting = row.boolean(2)}; });
}

constexpr Query kSchedule{"queue_schedule.schedule", R"sql(
    WITH added AS (
        INSERT INTO queue_jobs (queue_job_id, queue_name, payload, created_at, scheduled_at, schedule_name, status)
        VALUES ($2::uuid, $1::text, 'null', )sql" LATCHKEY_INSTANT("$3") ", " LATCHKEY_INSTANT("$4") R"sql(, $1::text, 'scheduled') RETURNING scheduled_at)
    UPDATE queue_schedules SET last_scheduled_at = added.scheduled_at, last_scheduled_job_id = $2::uuid FROM added WHERE schedule_name = $1::text)sql"};

void PgWorkerRepository::schedule(const std::string& name, const Ulid& job, Instant now, Instant at) { connection_.execOne(kSchedule, {name, job, now, at}); }

}  // namespace latchkey::pg
