// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/registration_token.h"

namespace latchkey::pg {

class Connection;

class PgRegistrationTokenRepository final : public RegistrationTokenRepository {
public:
    explicit PgRegistrationTokenRepository(Connection& connection) : connection_(connection) {}

    void add(const RegistrationToken& token) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
