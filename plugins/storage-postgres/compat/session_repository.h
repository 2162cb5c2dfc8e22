// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/compat/session_repository.h"

namespace latchkey::pg {

class Connection;

class PgCompatSessionRepository final : public CompatSessionRepository {
public:
    explicit PgCompatSessionRepository(Connection& connection) : connection_(connection) {}

    std::optional<CompatSession> find(const Ulid& id) override;
    void add(const CompatSession& session) override;
    bool finish(const Ulid& id, Instant now) override;
    std::int64_t finishAllOf(const Ulid& userId, Instant now) override;
    std::vector<EndedSession> finishDevice(const Ulid& userId, std::string_view deviceId, Instant now) override;
    std::int64_t finishLeastRecentlyUsed(const Ulid& userId, std::int64_t count, Instant inactiveSince, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
