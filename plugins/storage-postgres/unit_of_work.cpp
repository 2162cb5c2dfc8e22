// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/unit_of_work.h"

namespace latchkey::pg {

Connection& PgUnitOfWork::connection() {
    if (committed_) throw StorageError("this unit of work was committed already");
    if (!lease_) {
        lease_.emplace(pool_.acquire());
        if (mode_ == Mode::transaction) (*lease_)->beginWithNextStatement();
    }
    return **lease_;
}

constexpr Query kLock{"unit_of_work.lock", "SELECT pg_advisory_xact_lock($1::bigint)"};

void PgUnitOfWork::lock(std::int64_t key) {
    if (mode_ == Mode::reading) throw StorageError("unit_of_work.lock: a unit of work for reading has no transaction that could hold a lock");
    connection().one(kLock, {key}, [](const Row&) { return true; });
}

// The connection stays until the unit of work ends: repositories refer to it. Whoever writes through one of them now writes into
// a transaction that nobody commits.
void PgUnitOfWork::commit() {
    if (mode_ == Mode::reading) return;
    if (committed_) throw StorageError("this unit of work was committed already");
    committed_ = true;
    if (!lease_) return;
    (*lease_)->commit();
    (*lease_)->beginWithNextStatement();
}

void PgStore::ping() { pool_.acquire()->ping(); }

}  // namespace latchkey::pg
