// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/migration_state.h"
#include "plugins/storage-postgres/migrations.h"

#include <cstdint>
#include <functional>
#include <string>

namespace latchkey::pg {

class Connection;

/// Brings a database to the schema of this server, over one connection that it has for itself (never a transaction pooler's).
/// One migrator at a time per database, MAS's included: the others wait. Killed at any moment it leaves a database that the next
/// one goes on with. Not thread-safe.
class Migrator {
public:
    /// `interrupted` is asked while waiting for another migrator. The rest must outlive the migrator.
    Migrator(Connection& connection, const MigrationSet& set, std::function<bool()> interrupted = [] { return false; });

    /// Looks, takes no lock, writes nothing.
    MigrationState inspect();

    /// For those who may not migrate: throws Error with the command to run if anything is pending, or the database cannot be used.
    void requireCurrent();

    enum class Outcome { nothingToDo, migrated, interrupted };
    /// Throws Error with the cure: the database cannot be used, a statement failed. StorageDown if the connection was lost.
    Outcome migrate();

private:
    Outcome migrateLocked();
    void createSchema();
    void recordReference();
    void applyOwn(const MigrationState& state);
    void apply(const Migration& migration);
    void record(const Migration& migration, std::int64_t milliseconds);

    Connection& connection_;
    const MigrationSet& set_;
    std::function<bool()> interrupted_;
};

}  // namespace latchkey::pg
