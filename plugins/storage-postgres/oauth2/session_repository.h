// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/session_repository.h"

namespace latchkey::pg {

class Connection;

class PgOAuthSessionRepository final : public OAuthSessionRepository {
public:
    explicit PgOAuthSessionRepository(Connection& connection) : connection_(connection) {}

    std::optional<OAuthSession> find(const Ulid& id) override;
    void add(const OAuthSession& session) override;
    bool finish(const Ulid& id, Instant now) override;
    std::int64_t finishAllOf(const Ulid& userId, Instant now) override;
    void recordUserAgent(const Ulid& id, std::string_view userAgent) override;
    bool startedFrom(const Ulid& browserSessionId, const Ulid& clientId) override;
    SessionCounts countActiveOf(const Ulid& userId) override;
    Scope consented(const Ulid& userId, const Ulid& clientId) override;
    void rememberConsent(const Ulid& userId, const Ulid& clientId, const Scope& scope, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
