// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/database_facts.h"
#include "plugins/storage-postgres/lock_holder.h"
#include "plugins/storage-postgres/migration_state.h"
#include "plugins/storage-postgres/pooler.h"
#include "plugins/storage-postgres/server_facts.h"
#include "plugins/storage-postgres/trigram.h"

#include <cstdint>
#include <optional>
#include <string>

namespace latchkey::pg {

class Connection;
struct ConnectOptions;
struct MigrationSet;

/// In which form tokens and codes are written from now on, and how many stand there in the clear.
struct TokenStorage {
    bool digests = false;
    std::int64_t plainTexts = 0;
};

/// What `mas-cli database status` tells.
struct DatabaseStatus {
    ServerFacts server;
    std::int64_t bytes = 0;  ///< of the database
    DatabaseFacts facts;
    MigrationState migrations;
    TrigramState trigram;
    std::optional<LockHolder> migrationLock;
    PoolerVerdict pooler;
    std::optional<TokenStorage> tokens;  ///< of a database that is up to date
    std::int64_t perProcess = 0;         ///< connections that one process of this service takes at most

    bool healthy() const { return migrations.usable() && !pooler.breaksSessions(); }
    std::string text() const;
    std::string json() const;
};

/// Only reads. Throws StorageDown with a diagnosis.
DatabaseStatus databaseStatus(const ConnectOptions& options, const MigrationSet& set);

}  // namespace latchkey::pg
