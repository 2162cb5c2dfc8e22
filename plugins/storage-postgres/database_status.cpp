// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/database_status.h"

#include "plugins/storage-postgres/advisory_lock.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/migrations.h"

namespace latchkey::pg {

namespace {

constexpr Query kSize{"status.size", "SELECT pg_database_size(current_database())"};

}  // namespace

DatabaseStatus databaseStatus(const ConnectOptions& options, const MigrationSet& set) {
    DatabaseStatus status;
    status.pooler = detectPooler(options);
    Connection connection(options);
    status.facts = readFacts(connection);
    status.migrations = classify(status.facts, set);
    status.trigram = trigramState(connection);
    status.migrationLock = lockHolder(connection, migrationLockKey(status.facts.database));
    status.server = readServerFacts(connection);
    status.bytes = connection.one(kSize, {}, [](const Row& row) { return row.int64(0); }).value_or(0);
    return status;
}

}  // namespace latchkey::pg
