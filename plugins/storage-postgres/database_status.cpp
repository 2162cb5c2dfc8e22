// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/database_status.h"

#include "plugins/storage-postgres/advisory_lock.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/harden.h"
#include "plugins/storage-postgres/migrations.h"

namespace latchkey::pg {

namespace {

constexpr Query kSize{"status.size", "SELECT pg_database_size(current_database())"};
constexpr Query kDigests{"status.digests", "SELECT EXISTS (SELECT 1 FROM latchkey_settings WHERE name = 'token_storage' AND value = 'digest')::int::bigint"};

TokenStorage tokenStorage(Connection& connection) {
    const std::int64_t digests = connection.one(kDigests, {}, [](const Row& row) { return row.int64(0); }).value_or(0);
    return {digests == 1, Harden(connection).plainTexts()};
}

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
    if (status.migrations.usable() && !status.migrations.pending()) status.tokens = tokenStorage(connection);
    return status;
}

}  // namespace latchkey::pg
