// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/queue/cleanup_repository.h"

namespace latchkey::pg {

class Connection;

class PgCleanupRepository final : public CleanupRepository {
public:
    explicit PgCleanupRepository(Connection& connection) : connection_(connection) {}

    std::int64_t clean(std::string_view name, Instant now, int most) override;
    std::int64_t removeUnusedClients(Instant since, int most) override;
    std::vector<InactiveSession> expire(InactiveKind kind, Instant unusedSince, const std::optional<Ulid>& after, int most, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
