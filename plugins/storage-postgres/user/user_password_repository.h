// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/password.h"

namespace latchkey::pg {

class Connection;

class PgUserPasswordRepository final : public UserPasswordRepository {
public:
    explicit PgUserPasswordRepository(Connection& connection) : connection_(connection) {}

    std::optional<UserPassword> active(const Ulid& userId) override;
    void add(const UserPassword& password) override;
    bool replace(const UserPassword& password, const Ulid& expected) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
