// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/session/account_session.h"

namespace latchkey::pg {

class Connection;

class PgAccountSessionRepository final : public AccountSessionRepository {
public:
    explicit PgAccountSessionRepository(Connection& connection) : connection_(connection) {}

    std::vector<AccountSession> page(const Ulid& userId, const AccountSessionSearch& search) override;
    std::optional<AccountSession> find(const Ulid& userId, SessionKind kind, const Ulid& id) override;
    std::optional<AccountSession> findDevice(const Ulid& userId, std::string_view deviceId) override;
    std::int64_t count(const Ulid& userId) override;

    bool rename(const Ulid& userId, SessionKind kind, const Ulid& id, std::string_view name) override;
    bool end(const Ulid& userId, SessionKind kind, const Ulid& id, Instant now) override;
    std::int64_t endOthers(const Ulid& userId, const Ulid& browserSessionId, Instant now) override;

    std::vector<ConnectedClient> clients(const Ulid& userId, const std::optional<Ulid>& before, int most) override;
    std::int64_t endClient(const Ulid& userId, const Ulid& clientId, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
