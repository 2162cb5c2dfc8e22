// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/compat/sso_login.h"

namespace latchkey::pg {

class Connection;

class PgCompatSsoLoginRepository final : public CompatSsoLoginRepository {
public:
    explicit PgCompatSsoLoginRepository(Connection& connection) : connection_(connection) {}

    std::optional<CompatSsoLogin> find(const Ulid& id) override;
    std::optional<CompatSsoLogin> findByToken(std::string_view token) override;
    void add(const CompatSsoLogin& login, std::string_view token) override;
    bool fulfil(const Ulid& id, const Ulid& browserSessionId, std::string_view token, Instant now) override;
    bool exchange(const Ulid& id, const Ulid& compatSessionId, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
