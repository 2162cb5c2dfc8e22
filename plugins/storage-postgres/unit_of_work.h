// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/store.h"
#include "plugins/storage-postgres/policy/policy_data_repository.h"
#include "plugins/storage-postgres/pool.h"
#include "plugins/storage-postgres/user/user_repository.h"

#include <optional>

namespace latchkey::pg {

/// Takes a connection at the first use, so that work which ends before (a refused request) costs none; BEGIN travels with the
/// first statement.
class PgUnitOfWork final : public UnitOfWork {
public:
    explicit PgUnitOfWork(Pool& pool) : pool_(pool) {}
    ~PgUnitOfWork() override = default;  // the pool rolls back what comes back uncommitted

    UserRepository& users() override { return repository(users_); }
    PolicyDataRepository& policyData() override { return repository(policyData_); }
    void lock(std::int64_t key) override;
    void commit() override;

private:
    Connection& connection();

    template <typename T>
    T& repository(std::optional<T>& made) {
        if (!made) made.emplace(connection());
        return *made;
    }

    Pool& pool_;
    std::optional<Lease> lease_;
    bool committed_ = false;

    std::optional<PgUserRepository> users_;
    std::optional<PgPolicyDataRepository> policyData_;
};

class PgStore final : public Store {
public:
    explicit PgStore(Pool& pool) : pool_(pool) {}
    std::unique_ptr<UnitOfWork> begin() override { return std::make_unique<PgUnitOfWork>(pool_); }
    void ping() override;

private:
    Pool& pool_;
};

}  // namespace latchkey::pg
