// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/registration.h"

namespace latchkey::pg {

class Connection;

class PgUserRegistrationRepository final : public UserRegistrationRepository {
public:
    explicit PgUserRegistrationRepository(Connection& connection) : connection_(connection) {}

    std::optional<UserRegistration> find(const Ulid& id) override;
    void add(const UserRegistration& registration) override;
    bool setUsername(const Ulid& id, std::string_view username) override;
    bool setDisplayName(const Ulid& id, std::string_view name) override;
    bool setTermsUrl(const Ulid& id, std::string_view url) override;
    bool setEmailAuthentication(const Ulid& id, const Ulid& authenticationId) override;
    bool setPassword(const Ulid& id, std::string_view hash, int version) override;
    bool setRegistrationToken(const Ulid& id, const Ulid& tokenId) override;
    bool setUpstreamSession(const Ulid& id, const Ulid& sessionId) override;
    bool takeStep(const Ulid& id, std::string_view step, Instant now) override;
    bool hasTakenStep(const Ulid& id, std::string_view step) override;
    bool complete(const Ulid& id, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
