// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/queue/job_repository.h"

#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

// A trigger tells the workers when the transaction commits.
constexpr Query kEnqueue{"queue_job.enqueue", "INSERT INTO queue_jobs (queue_job_id, queue_name, payload, created_at) "
                                              "VALUES ($1::uuid, $2::text, $3::jsonb, " LATCHKEY_INSTANT("$4") ")"};

void PgJobRepository::enqueue(const Ulid& id, std::string_view queueName, std::string_view payload, Instant now) {
    connection_.execOne(kEnqueue, {id, queueName, payload, now});
}

constexpr Query kEnqueueAt{"queue_job.enqueue_at", "INSERT INTO queue_jobs (queue_job_id, queue_name, payload, created_at, scheduled_at, status) "
                                                   "VALUES ($1::uuid, $2::text, $3::jsonb, " LATCHKEY_INSTANT("$4") ", " LATCHKEY_INSTANT("$5") ", 'scheduled')"};

void PgJobRepository::enqueueAt(const Ulid& id, std::string_view queueName, std::string_view payload, Instant now, Instant at) {
    connection_.execOne(kEnqueueAt, {id, queueName, payload, now, at});
}

}  // namespace latchkey::pg
