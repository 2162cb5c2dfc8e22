// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/user_email.h"

namespace latchkey::pg {

class Connection;

class PgUserEmailRepository final : public UserEmailRepository {
public:
    explicit PgUserEmailRepository(Connection& connection) : connection_(connection) {}

    std::vector<UserEmail> allOf(const Ulid& userId) override;
    std::optional<UserEmail> findByEmail(std::string_view email) override;
    std::optional<UserEmail> find(const Ulid& id) override;
    std::vector<UserEmail> pageByEmail(std::string_view email, const std::optional<Ulid>& after, int most) override;
    void add(const UserEmail& email) override;
    bool addUnlessTaken(const UserEmail& email) override;
    bool remove(const Ulid& userId, const Ulid& id) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
