// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/authorization_grant_repository.h"

namespace latchkey::pg {

class Connection;

class PgAuthorizationGrantRepository final : public AuthorizationGrantRepository {
public:
    explicit PgAuthorizationGrantRepository(Connection& connection) : connection_(connection) {}

    void add(const AuthorizationGrant& grant, std::string_view code) override;
    std::optional<AuthorizationGrant> find(const Ulid& id) override;
    std::optional<AuthorizationGrant> findByCode(std::string_view code) override;
    bool replaceCode(const Ulid& id, std::string_view code) override;
    bool fulfil(const Ulid& id, const Ulid& sessionId, Instant now) override;
    bool exchange(const Ulid& id, Instant now) override;
    bool cancel(const Ulid& id, Instant now) override;
    void push(std::string_view requestUri, const Ulid& clientId, std::string_view parameters, Instant expiresAt) override;
    std::optional<std::string> takePushed(std::string_view requestUri, const Ulid& clientId, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
