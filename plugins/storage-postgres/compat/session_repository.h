// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/compat/session_repository.h"

namespace latchkey::pg {

class Connection;

class PgCompatSessionRepository final : public CompatSessionRepository {
public:
    explicit PgCompatSessionRepository(Connection& connection) : connection_(connection) {}

    std::int64_t finishAllOf(const Ulid& userId, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
