// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/queue/worker_repository.h"

namespace latchkey::pg {

class Connection;

class PgWorkerRepository final : public WorkerRepository {
public:
    explicit PgWorkerRepository(Connection& connection) : connection_(connection) {}

    void registerWorker(const Ulid& worker, Instant now) override;
    bool heartbeat(const Ulid& worker, Instant now) override;
    void adopt(const Ulid& from, const Ulid& to) override;
    void shutDown(const Ulid& worker, Instant now) override;
    std::vector<ReservedJob> reserve(const Ulid& worker, const std::vector<std::string>& queues, int most, Instant now) override;
    std::vector<QueueDepth> depths(Instant now, int most) override;
    void complete(const Ulid& worker, const std::vector<Ulid>& jobs, Instant now) override;
    void fail(const Ulid& worker, const Ulid& job, const std::string& reason, Instant now) override;
    void failAndRetry(const Ulid& worker, const Ulid& job, const std::string& reason, const Ulid& next, Instant now, Instant at) override;
    std::int64_t putBack(const Ulid& worker, const std::vector<Ulid>& kept) override;

    // worker_leader.cpp
    bool lead(const Ulid& worker, Instant now) override;
    bool stepDown(const Ulid& worker) override;
    bool tryLockDuties() override;
    std::int64_t declareDead(Instant lastSeenBefore, Instant now) override;
    std::vector<LostJob> lostJobs(int most) override;
    std::int64_t releaseDue(Instant now) override;
    void addSchedules(const std::vector<std::string>& names) override;
    std::vector<ScheduleState> schedules() override;
    void schedule(const std::string& name, const Ulid& job, Instant now, Instant at) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
