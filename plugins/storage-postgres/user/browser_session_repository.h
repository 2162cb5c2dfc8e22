// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/browser_session.h"

namespace latchkey::pg {

class Connection;

class PgBrowserSessionRepository final : public BrowserSessionRepository {
public:
    explicit PgBrowserSessionRepository(Connection& connection) : connection_(connection) {}

    std::optional<BrowserSession> find(const Ulid& id) override;
    void add(const Ulid& id, const Ulid& userId, const std::optional<std::string>& userAgent, Instant now) override;
    bool finish(const Ulid& id, Instant now) override;
    std::int64_t finishAllOf(const Ulid& userId, Instant now) override;
    void authenticatedByPassword(const Ulid& authenticationId, const Ulid& sessionId, const Ulid& passwordId, Instant now) override;
    std::optional<Instant> lastAuthentication(const Ulid& sessionId) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
