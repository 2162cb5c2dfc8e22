// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/user_life_repository.h"

namespace latchkey::pg {

class Connection;

class PgUserLifeRepository final : public UserLifeRepository {
public:
    explicit PgUserLifeRepository(Connection& connection) : connection_(connection) {}

    std::vector<std::string> devices(const Ulid& userId, const std::optional<std::string>& after, int most) override;
    std::int64_t deactivate(const Ulid& userId, Instant now) override;
    bool reactivate(const Ulid& userId) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
