// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/policy/policy_data_repository.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

constexpr Query kNewest{"policy_data.newest", "SELECT policy_data_id, " LATCHKEY_MICROS("created_at") ", data FROM policy_data "
                                              "ORDER BY policy_data_id DESC LIMIT 1"};

std::optional<PolicyData> PgPolicyDataRepository::newest() {
    return connection_.one(kNewest, {}, [](const Row& row) { return PolicyData{row.ulid(0), row.instant(1), row.text(2)}; });
}

constexpr Query kAdd{"policy_data.add", "INSERT INTO policy_data (policy_data_id, created_at, data) "
                                        "VALUES ($1::uuid, " LATCHKEY_INSTANT("$2") ", $3::jsonb)"};

void PgPolicyDataRepository::add(const PolicyData& version) { connection_.execOne(kAdd, {version.id, version.createdAt, version.data}); }

}  // namespace latchkey::pg
