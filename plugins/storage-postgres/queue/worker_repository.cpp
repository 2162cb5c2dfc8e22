// SPDX-License-Identifier: Apache-2.0
// What every worker does; worker_leader.cpp has what the leader does.
#include "plugins/storage-postgres/queue/worker_repository.h"

#include "plugins/storage-postgres/connection.h"

#include <algorithm>

namespace latchkey::pg {

namespace {

std::vector<std::string> uuids(const std::vector<Ulid>& ids) {
    std::vector<std::string> texts;
    for (const Ulid& id : ids) texts.push_back(id.uuid());
    return texts;
}

}  // namespace

constexpr Query kRegister{"queue_worker.register", "INSERT INTO queue_workers (queue_worker_id, registered_at, last_seen_at) "
                                                   "VALUES ($1::uuid, " LATCHKEY_INSTANT("$2") ", " LATCHKEY_INSTANT("$2") ")"};

void PgWorkerRepository::registerWorker(const Ulid& worker, Instant now) { connection_.execOne(kRegister, {worker, now}); }

constexpr Query kHeartbeat{"queue_worker.heartbeat",
                           "UPDATE queue_workers SET last_seen_at = " LATCHKEY_INSTANT("$2") " WHERE queue_worker_id = $1::uuid AND shutdown_at IS NULL"};

bool PgWorkerRepository::heartbeat(const Ulid& worker, Instant now) { return connection_.exec(kHeartbeat, {worker, now}) == 1; }

constexpr Query kAdopt{"queue_job.adopt", "UPDATE queue_jobs SET started_by = $2::uuid WHERE started_by = $1::uuid AND status = 'running'"};

void PgWorkerRepository::adopt(const Ulid& from, const Ulid& to) { connection_.exec(kAdopt, {from, to}); }

constexpr Query kShutDown{"queue_worker.shut_down",
                          "UPDATE queue_workers SET shutdown_at = " LATCHKEY_INSTANT("$2") " WHERE queue_worker_id = $1::uuid AND shutdown_at IS NULL"};

void PgWorkerRepository::shutDown(const Ulid& worker, Instant now) { connection_.exec(kShutDown, {worker, now}); }

// Materialized: as part of a join the planner might lock more than it updates.
constexpr Query kReserve{"queue_job.reserve", R"sql(
    WITH ready AS MATERIALIZED (
        SELECT queue_job_id FROM queue_jobs WHERE status = 'available' AND queue_name = ANY ($2::text[])
         ORDER BY queue_job_id LIMIT $3::bigint FOR UPDATE SKIP LOCKED)
    UPDATE queue_jobs AS job SET status = 'running', started_by = $1::uuid, started_at = )sql" LATCHKEY_INSTANT("$4") R"sql(
      FROM ready WHERE job.queue_job_id = ready.queue_job_id
    RETURNING job.queue_job_id, job.queue_name, job.payload, job.attempt)sql"};

std::vector<ReservedJob> PgWorkerRepository::reserve(const Ulid& worker, const std::vector<std::string>& queues, int most, Instant now) {
    auto jobs = connection_.all(kReserve, {worker, queues, most, now}, [](const Row& row) {
        return ReservedJob{.id = row.ulid(0), .queue = row.text(1), .payload = row.text(2), .attempt = row.int32(3)};
    });
    std::sort(jobs.begin(), jobs.end(), [](const ReservedJob& a, const ReservedJob& b) { return a.id < b.id; });
    return jobs;
}

// Whoever finds the job in other hands changes nothing: it was declared lost meanwhile, and is run again.
#define LATCHKEY_OWN_JOB "queue_job_id = $2::uuid AND started_by = $1::uuid AND status = 'running'"

constexpr Query kComplete{"queue_job.complete", "UPDATE queue_jobs SET status = 'completed', completed_at = " LATCHKEY_INSTANT("$3")
                                                " WHERE queue_job_id = ANY ($2::text[]::uuid[]) AND started_by = $1::uuid AND status = 'running'"};

void PgWorkerRepository::complete(const Ulid& worker, const std::vector<Ulid>& jobs, Instant now) {
    if (!jobs.empty()) connection_.exec(kComplete, {worker, uuids(jobs), now});
}

constexpr Query kDepths{"queue_job.depths", "SELECT queue_name, status::text, count(*), (EXTRACT(epoch FROM min(coalesce(scheduled_at, created_at))) * 1000000)::bigint FROM queue_jobs"
                                            " WHERE status IN ('available', 'scheduled', 'running') GROUP BY 1, 2 ORDER BY 1, 2 LIMIT $1::bigint"};

std::vector<QueueDepth> PgWorkerRepository::depths(Instant now, int most) {
    return connection_.all(kDepths, {most}, [&](const Row& row) {
        return QueueDepth{.queue = row.text(0), .status = row.text(1), .jobs = row.int64(2), .oldest = std::max(now - row.instant(3), Duration{})};
    });
}

constexpr Query kFail{"queue_job.fail", "UPDATE queue_jobs SET status = 'failed', failed_reason = $3::text, failed_at = " LATCHKEY_INSTANT("$4") " WHERE " LATCHKEY_OWN_JOB};

void PgWorkerRepository::fail(const Ulid& worker, const Ulid& job, const std::string& reason, Instant now) { connection_.exec(kFail, {worker, job, reason, now}); }

// A schedule follows to the next attempt. Foreign keys are looked at when all of it is done.
constexpr Query kFailAndRetry{"queue_job.fail_and_retry", R"sql(
    WITH old AS (
        UPDATE queue_jobs SET status = 'failed', failed_reason = $3::text, failed_at = )sql" LATCHKEY_INSTANT("$5") R"sql(, next_attempt_id = $4::uuid
         WHERE )sql" LATCHKEY_OWN_JOB R"sql( RETURNING queue_job_id, queue_name, payload, metadata, attempt, schedule_name),
    moved AS (
        UPDATE queue_schedules SET last_scheduled_job_id = $4::uuid FROM old WHERE last_scheduled_job_id = old.queue_job_id)
    INSERT INTO queue_jobs (queue_job_id, queue_name, payload, metadata, created_at, attempt, schedule_name, scheduled_at, status)
    SELECT $4::uuid, queue_name, payload, metadata, )sql" LATCHKEY_INSTANT("$5") ", attempt + 1, schedule_name, " LATCHKEY_INSTANT("$6") R"sql(, 'scheduled' FROM old)sql"};

void PgWorkerRepository::failAndRetry(const Ulid& worker, const Ulid& job, const std::string& reason, const Ulid& next, Instant now, Instant at) {
    connection_.exec(kFailAndRetry, {worker, job, reason, next, now, at});
}

constexpr Query kPutBack{"queue_job.put_back", R"sql(
    UPDATE queue_jobs SET status = 'available', started_at = NULL, started_by = NULL
     WHERE started_by = $1::uuid AND status = 'running' AND queue_job_id <> ALL ($2::text[]::uuid[]))sql"};

std::int64_t PgWorkerRepository::putBack(const Ulid& worker, const std::vector<Ulid>& kept) { return connection_.exec(kPutBack, {worker, uuids(kept)}); }

}  // namespace latchkey::pg
