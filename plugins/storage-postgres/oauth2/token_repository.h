// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/token_repository.h"

namespace latchkey::pg {

class Connection;

class PgTokenRepository final : public TokenRepository {
public:
    explicit PgTokenRepository(Connection& connection) : connection_(connection) {}

    std::optional<AccessTokenDetails> findAccess(std::string_view token) override;
    std::optional<RefreshTokenDetails> findRefresh(std::string_view token) override;
    void addAccess(const AccessToken& access, std::string_view token) override;
    void addRefresh(const RefreshToken& refresh, std::string_view token) override;
    std::optional<AccessToken> access(const Ulid& id) override;
    std::optional<RefreshToken> refresh(const Ulid& id) override;
    bool revokeAccess(const Ulid& id, Instant now) override;
    bool revokeRefresh(const Ulid& id, Instant now) override;
    bool rotate(const TokenRotation& rotation) override;
    bool consume(const Ulid& refreshId, const Ulid& nextId, Instant now) override;
    bool repoint(const Ulid& refreshId, const std::optional<Ulid>& from, const Ulid& to) override;
    bool markUsed(const Ulid& accessId, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
