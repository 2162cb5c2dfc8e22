// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/recovery.h"

namespace latchkey::pg {

class Connection;

class PgRecoveryRepository final : public RecoveryRepository {
public:
    explicit PgRecoveryRepository(Connection& connection) : connection_(connection) {}

    std::optional<RecoverySession> find(const Ulid& sessionId) override;
    void add(const RecoverySession& session) override;
    bool addTicket(const RecoveryTicket& ticket, std::string_view text) override;
    std::optional<RecoveryTicket> findTicket(std::string_view text) override;
    bool consume(const Ulid& sessionId, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
