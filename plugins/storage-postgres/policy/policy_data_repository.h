// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/policy/policy_data.h"

namespace latchkey::pg {

class Connection;

class PgPolicyDataRepository final : public PolicyDataRepository {
public:
    explicit PgPolicyDataRepository(Connection& connection) : connection_(connection) {}

    std::optional<PolicyData> newest() override;
    void add(const PolicyData& version) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
