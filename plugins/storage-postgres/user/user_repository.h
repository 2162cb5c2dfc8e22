// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/user_repository.h"

namespace latchkey::pg {

class Connection;

class PgUserRepository final : public UserRepository {
public:
    explicit PgUserRepository(Connection& connection) : connection_(connection) {}

    std::optional<User> find(const Ulid& id) override;
    std::optional<User> findByUsername(std::string_view username) override;
    bool exists(std::string_view username) override;
    User add(const Ulid& id, std::string_view username, Instant now) override;
    bool lock(const Ulid& id, Instant now) override;
    bool unlock(const Ulid& id) override;
    bool setCanRequestAdmin(const Ulid& id, bool allowed) override;
    std::vector<User> page(const std::optional<Ulid>& after, int limit) override;
    std::vector<User> admins(const std::optional<Ulid>& after, int limit) override;
    void acceptTerms(const Ulid& acceptanceId, const Ulid& userId, std::string_view termsUrl, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
