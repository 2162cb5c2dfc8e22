// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/queue/queue_check.h"

#include "kernel/error.h"
#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

/// Times in seconds before now.
struct QueueFacts {
    std::int64_t ready = 0, waiting = 0, running = 0, workers = 0;
    std::optional<std::int64_t> oldestDue;
    std::string dueQueues;      ///< those of the due jobs
    std::int64_t forsaken = 0;  ///< running on a worker that is gone
};

namespace {

// A worker is gone after two minutes; a leader releases what comes due, and takes up what is lost, within seconds.
constexpr std::int64_t kLate = 60;

constexpr Query kThere{"queue.there", "SELECT to_regclass('queue_jobs') IS NOT NULL"};

constexpr Query kFacts{"queue.facts", R"sql(
    WITH due AS (SELECT queue_name, coalesce(scheduled_at, created_at) AS since FROM queue_jobs
                  WHERE status = 'available' OR (status = 'scheduled' AND scheduled_at <= now())),
         living AS (SELECT queue_worker_id FROM queue_workers WHERE shutdown_at IS NULL AND last_seen_at > now() - interval '2 minutes')
    SELECT (SELECT count(*) FROM due),
           (SELECT count(*) FROM queue_jobs WHERE status = 'scheduled' AND scheduled_at > now() AND schedule_name IS NULL),
           (SELECT count(*) FROM queue_jobs WHERE status = 'running'),
           (SELECT count(*) FROM living),
           (SELECT extract(epoch FROM now() - min(since))::bigint FROM due),
           (SELECT coalesce(string_agg(DISTINCT queue_name, ', '), '') FROM due WHERE since < now() - interval '1 minute'),
           (SELECT count(*) FROM queue_jobs WHERE status = 'running' AND started_by NOT IN (SELECT queue_worker_id FROM living)
                                              AND started_at < now() - interval '3 minutes'))sql"};

constexpr Query kFailures{"queue.failures", R"sql(
    SELECT queue_name, count(*), (array_agg(coalesce(failed_reason, '') ORDER BY failed_at DESC))[1]
      FROM queue_jobs
     WHERE status = 'failed' AND next_attempt_id IS NULL AND failed_at > now() - interval '1 day'
     GROUP BY queue_name ORDER BY count(*) DESC, queue_name LIMIT 10)sql"};

QueueFacts readFacts(const Row& row) {
    QueueFacts facts;
    facts.ready = row.int64(0);
    facts.waiting = row.int64(1);
    facts.running = row.int64(2);
    facts.workers = row.int64(3);
    facts.oldestDue = row.optionalInt64(4);
    facts.dueQueues = row.text(5);
    facts.forsaken = row.int64(6);
    return facts;
}

std::string span(std::int64_t seconds) {
    if (seconds < 120) return std::to_string(seconds) + " s";
    if (seconds < 7200) return std::to_string(seconds / 60) + " min";
    return std::to_string(seconds / 3600) + " h";
}

std::string cureOf(const std::string& queue) {
    if (queue.starts_with("send-")) return "look at what is said of mails below; who still waits can ask for another mail";
    return "mend what it names, then have them run again: UPDATE queue_jobs SET status = 'available', failed_at = NULL WHERE queue_name = '" + queue +
           "' AND status = 'failed' AND next_attempt_id IS NULL AND failed_at > now() - interval '1 day'";
}

}  // namespace

void QueueCheck::run(Report& report) {
    try {
        Connection connection(options_);
        if (!connection.one(kThere, {}, [](const Row& row) { return row.boolean(0); }).value_or(false)) return report.ok("there is no queue before the first migration");
        const QueueFacts facts = connection.one(kFacts, {}, readFacts).value();
        depth(report, facts);
        delays(report, facts);
        failures(report, connection);
    } catch (const Error& error) {
        report.warn(std::string("the queue cannot be looked at: ") + error.what(), "see what is said of PostgreSQL above");
    }
}

void QueueCheck::depth(Report& report, const QueueFacts& facts) {
    report.ok(std::to_string(facts.ready) + " jobs are due, " + std::to_string(facts.running) + " run, " + std::to_string(facts.waiting) + " wait for another attempt; " +
              std::to_string(facts.workers) + (facts.workers == 1 ? " worker" : " workers"));
}

void QueueCheck::delays(Report& report, const QueueFacts& facts) {
    const bool late = facts.oldestDue.value_or(0) >= kLate;
    if (late && facts.workers == 0) {
        report.fail("no worker runs, and jobs have been due for " + span(*facts.oldestDue) + ": " + facts.dueQueues, "start `mas-cli worker`, or `mas-cli server` without --no-worker");
    } else if (late) {
        report.warn("jobs have been due for " + span(*facts.oldestDue) + ": " + facts.dueQueues,
                    "if all queues are late, start more of `mas-cli worker`; a single one needs a plugin that no worker has: see `jobs.…` in the log");
    }
    if (facts.forsaken > 0) {
        report.warn(std::to_string(facts.forsaken) + " jobs run on workers that are gone", "start a worker of Latchkey, `mas-cli worker`: it takes them up; those of MAS do not");
    }
}

void QueueCheck::failures(Report& report, Connection& connection) {
    struct Failed {
        std::string queue, reason;
        std::int64_t count;
    };
    const auto all = connection.all(kFailures, {}, [](const Row& row) { return Failed{row.text(0), row.text(2), row.int64(1)}; });
    for (const Failed& each : all) {
        report.warn(std::to_string(each.count) + " jobs of " + each.queue + " failed for good within a day, the last because: " + each.reason, cureOf(each.queue));
    }
    if (all.empty()) report.ok("no job failed for good within a day");
}

}  // namespace latchkey::pg
