// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/email_authentication.h"

namespace latchkey::pg {

class Connection;

class PgEmailAuthenticationRepository final : public EmailAuthenticationRepository {
public:
    explicit PgEmailAuthenticationRepository(Connection& connection) : connection_(connection) {}

    std::optional<EmailAuthentication> find(const Ulid& id) override;
    void add(const EmailAuthentication& authentication) override;
    bool addCode(const EmailAuthenticationCode& code) override;
    std::vector<EmailAuthenticationCode> codesOf(const Ulid& authenticationId, int most) override;
    bool complete(const Ulid& id, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
