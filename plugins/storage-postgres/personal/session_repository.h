// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/personal/session.h"

namespace latchkey::pg {

class Connection;

class PgPersonalSessionRepository final : public PersonalSessionRepository {
public:
    explicit PgPersonalSessionRepository(Connection& connection) : connection_(connection) {}

    void add(const PersonalSession& session) override;
    void addToken(const PersonalAccessToken& token, std::string_view text) override;
    std::optional<PersonalAccessDetails> findAccess(std::string_view text) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
