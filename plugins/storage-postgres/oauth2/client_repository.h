// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/client_repository.h"

namespace latchkey::pg {

class Connection;

class PgClientRepository final : public ClientRepository {
public:
    explicit PgClientRepository(Connection& connection) : connection_(connection) {}

    std::optional<Client> find(const Ulid& id) override;
    std::optional<Client> findByMetadataDigest(std::string_view digest) override;
    void add(const Client& client, const std::optional<std::string>& metadataDigest, Instant now) override;
    bool update(const Client& client) override;
    std::optional<std::int64_t> remove(const Ulid& id) override;
    bool renew(const Ulid& id, Instant now) override;
    std::vector<Client> allStatic() override;
    void upsertStatic(const Client& client, Instant now) override;
    std::optional<ClientRegistration> registration(const Ulid& id) override;
    void setRegistration(const Ulid& id, const ClientRegistration& registration, Instant now) override;
    bool rememberAssertion(const Ulid& clientId, std::string_view jti, Instant expiresAt) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
