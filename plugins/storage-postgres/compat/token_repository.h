// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/compat/token_repository.h"

namespace latchkey::pg {

class Connection;

class PgCompatTokenRepository final : public CompatTokenRepository {
public:
    explicit PgCompatTokenRepository(Connection& connection) : connection_(connection) {}

    std::optional<CompatAccessDetails> findAccess(std::string_view token) override;
    std::optional<CompatRefreshDetails> findRefresh(std::string_view token) override;
    void addAccess(const CompatAccessToken& access, std::string_view token) override;
    void addRefresh(const CompatRefreshToken& refresh, std::string_view token) override;
    bool rotate(const CompatRotation& rotation) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
