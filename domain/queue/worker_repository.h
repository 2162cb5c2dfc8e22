// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace latchkey {

/// A job that a worker has taken.
struct ReservedJob {
    Ulid id;
    std::string queue;
    std::string payload;
    int attempt = 0;
};

/// A job that a worker took and will never finish.
struct LostJob {
    Ulid id;
    Ulid worker;
    int attempt = 0;
};

struct ScheduleState {
    std::string name;
    std::optional<Instant> lastAt;
    bool waiting = false;  ///< its last job has not ended
};

/// What waits in a queue, or runs.
struct QueueDepth {
    std::string queue;
    std::string status;  ///< available, scheduled, running
    std::int64_t jobs = 0;
    Duration oldest;     ///< of those that are available: for how long the first of them has been
};

/// The workers' side of the queue: what they tell each other. All of it is shared with the workers of MAS.
class LATCHKEY_API WorkerRepository {
public:
    virtual ~WorkerRepository();

    virtual void registerWorker(const Ulid& worker, Instant now) = 0;
    /// False if somebody has declared this worker dead.
    virtual bool heartbeat(const Ulid& worker, Instant now) = 0;
    /// Running jobs of one worker now belong to another.
    virtual void adopt(const Ulid& from, const Ulid& to) = 0;
    virtual void shutDown(const Ulid& worker, Instant now) = 0;

    /// Takes or extends the lease of the leader, five seconds. By the database's clock.
    virtual bool lead(const Ulid& worker, Instant now) = 0;
    /// Gives it up; false if this worker does not hold it. Others hear of it.
    virtual bool stepDown(const Ulid& worker) = 0;
    /// False if another process does the leader's duties just now; else until the end of this unit of work.
    virtual bool tryLockDuties() = 0;

    /// Takes the oldest that are ready, in their order.
    virtual std::vector<ReservedJob> reserve(const Ulid& worker, const std::vector<std::string>& queues, int most, Instant now) = 0;
    virtual void complete(const Ulid& worker, const std::vector<Ulid>& jobs, Instant now) = 0;
    virtual void fail(const Ulid& worker, const Ulid& job, const std::string& reason, Instant now) = 0;
    /// Fails it, and has `next` run with one attempt more, not before `at`.
    virtual void failAndRetry(const Ulid& worker, const Ulid& job, const std::string& reason, const Ulid& next, Instant now, Instant at) = 0;
    /// Jobs of this worker other than those in `kept` are ready again, as if they had not been taken.
    virtual std::int64_t putBack(const Ulid& worker, const std::vector<Ulid>& kept) = 0;

    virtual std::int64_t declareDead(Instant lastSeenBefore, Instant now) = 0;
    /// Running jobs of workers that are shut down or declared dead; nobody else sees them until the end of this unit of work.
    virtual std::vector<LostJob> lostJobs(int most) = 0;
    /// How many came due.
    virtual std::int64_t releaseDue(Instant now) = 0;

    virtual std::vector<QueueDepth> depths(Instant now, int most) = 0;

    virtual void addSchedules(const std::vector<std::string>& names) = 0;
    virtual std::vector<ScheduleState> schedules() = 0;
    virtual void schedule(const std::string& name, const Ulid& job, Instant now, Instant at) = 0;
};

}  // namespace latchkey
