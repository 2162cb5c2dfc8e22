// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/queue/job_repository.h"

namespace latchkey::pg {

class Connection;

class PgJobRepository final : public JobRepository {
public:
    explicit PgJobRepository(Connection& connection) : connection_(connection) {}

    void enqueue(const Ulid& id, std::string_view queueName, std::string_view payload, Instant now) override;
    void enqueueAt(const Ulid& id, std::string_view queueName, std::string_view payload, Instant now, Instant at) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
