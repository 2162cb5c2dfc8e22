// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/registration_token.h"

namespace latchkey::pg {

class Connection;

class PgRegistrationTokenRepository final : public RegistrationTokenRepository {
public:
    explicit PgRegistrationTokenRepository(Connection& connection) : connection_(connection) {}

    void add(const RegistrationToken& token) override;
    std::optional<RegistrationToken> findUsable(std::string_view token, Instant now) override;
    bool usable(const Ulid& id, Instant now) override;
    bool use(const Ulid& id, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
