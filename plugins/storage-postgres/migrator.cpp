// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/migrator.h"

#include "domain/store.h"
#include "kernel/deadline.h"
#include "kernel/log.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/database_facts.h"
#include "plugins/storage-postgres/migration_errors.h"
#include "plugins/storage-postgres/migration_lock.h"
#include "plugins/storage-postgres/server_facts.h"
#include "plugins/storage-postgres/sql_statements.h"
#include "plugins/storage-postgres/trigram.h"

#include <algorithm>

namespace latchkey::pg {

namespace {

// A migration may take long, whatever the role's defaults say; but it does not queue up behind a forgotten transaction for ever,
// with everybody else behind it.
constexpr char kSessionSettings[] =
    "SET statement_timeout = 0; SET lock_timeout = '60s'; SET idle_in_transaction_session_timeout = 0; SET default_transaction_isolation = 'read committed'";

constexpr char kOwnLedger[] = R"sql(
    CREATE TABLE IF NOT EXISTS latchkey_migrations (
        version     bigint      NOT NULL,
        description text        NOT NULL,
        checksum    bytea       NOT NULL,
        applied_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
        duration_ms bigint      NOT NULL,
        CONSTRAINT latchkey_migrations_pkey PRIMARY KEY (version)
    ))sql";

constexpr Query kRecord{"migrator.record", R"sql(
    INSERT INTO latchkey_migrations (version, description, checksum, duration_ms)
    VALUES ($1::bigint, $2::text, decode($3::text, 'hex'), $4::bigint))sql"};

// MAS writes nanoseconds to execution_time and never reads them.
constexpr Query kRecordReference{"migrator.record_reference", R"sql(
    INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
    SELECT version, description, true, decode(checksum, 'hex'), 0
      FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (version, description, checksum)
        ON CONFLICT (version) DO NOTHING)sql"};

const log::Logger& logger() {
    static const log::Logger logger("storage-postgres");
    return logger;
}

void requireUsable(const MigrationState& state) {
    if (!state.usable()) throw StorageError(state.problem);
}

void warn(const MigrationState& state) {
    for (const std::string& each : state.warnings) logger().warn("db.schema_newer", each);
}

bool withoutTransaction(std::string_view sql) { return sql.starts_with("-- no-transaction"); }

std::string name(const Migration& migration) { return "migration " + std::to_string(migration.version) + " (" + std::string(migration.description) + ")"; }

/// Rolls back unless committed.
class Transaction {
public:
    explicit Transaction(Connection& connection) : connection_(connection) { connection_.begin(); }
    ~Transaction() {
        if (!done_) connection_.rollback();
    }
    void commit() {
        connection_.commit();
        done_ = true;
    }

private:
    Connection& connection_;
    bool done_ = false;
};

}  // namespace

Migrator::Migrator(Connection& connection, const MigrationSet& set, std::function<bool()> interrupted)
    : connection_(connection), set_(set), interrupted_(std::move(interrupted)) {}

MigrationState Migrator::inspect() { return classify(readFacts(connection_), set_); }

void Migrator::requireCurrent() {
    const MigrationState state = inspect();
    requireUsable(state);
    warn(state);
    if (!state.pending()) return;
    throw StorageError("the database is not up to date (" + std::string(stateName(state.state)) + "), and this server was told not to migrate it: run `mas-cli database migrate`");
}

Migrator::Outcome Migrator::migrate() {
    if (connection_.serverVersion() < kOldestTestedVersion) {
        logger().warn("db.server_old", "this PostgreSQL is older than 13, which nobody tests: expect trouble, and upgrade it", {{"server_version", connection_.serverVersion()}});
    }
    connection_.taint();
    runScript(connection_, "preparing to migrate", kSessionSettings);
    const auto lock = waitForMigrationLock(connection_, readFacts(connection_).database, interrupted_);
    if (!lock) return Outcome::interrupted;
    return migrateLocked();
}

Migrator::Outcome Migrator::migrateLocked() {
    const std::int64_t begin = monotonicMs();
    MigrationState state = inspect();
    requireUsable(state);
    warn(state);
    if (!state.pending()) {
        logger().info("db.schema_current", "the database schema is up to date");
        return Outcome::nothingToDo;
    }
    if (state.state == SchemaState::empty) createSchema();
    applyOwn(state);
    state = inspect();
    requireUsable(state);
    logger().info("db.migrated", "the database schema is up to date now", {{"ms", monotonicMs() - begin}});
    return Outcome::migrated;
}

// One transaction, ledger included: whoever is killed here leaves an empty database.
void Migrator::createSchema() {
    const DatabaseFacts facts = readFacts(connection_);
    requireFitForBaseline(facts);
    logger().info("db.creating_schema", "the database is empty: creating the schema", {{"database", facts.database}, {"schema", facts.schema}});
    Transaction transaction(connection_);
    ensureTrigram(connection_);
    runScript(connection_, "creating the schema", std::string(set_.baseline));
    recordReference();
    transaction.commit();
}

void Migrator::recordReference() {
    std::vector<std::string> versions;
    std::vector<std::string> descriptions;
    std::vector<std::string> checksums;
    for (const LedgerRow& row : set_.reference.rows()) {
        versions.push_back(std::to_string(row.version));
        descriptions.push_back(row.description);
        checksums.push_back(row.checksum);
    }
    connection_.exec(kRecordReference, {versions, descriptions, checksums});
}

void Migrator::applyOwn(const MigrationState& state) {
    if (state.pendingOwn.empty()) return;
    requireWritable(readFacts(connection_));
    runScript(connection_, "creating the ledger latchkey_migrations", kOwnLedger);
    std::size_t done = 0;
    for (const Migration& each : set_.own) {
        if (std::find(state.pendingOwn.begin(), state.pendingOwn.end(), each.version) == state.pendingOwn.end()) continue;
        const std::int64_t begin = monotonicMs();
        apply(each);
        logger().info("db.migration_applied", std::to_string(++done) + " of " + std::to_string(state.pendingOwn.size()),
                      {{"version", each.version}, {"description", each.description}, {"ms", monotonicMs() - begin}});
    }
}

void Migrator::apply(const Migration& migration) {
    const std::int64_t begin = monotonicMs();
    if (!withoutTransaction(migration.sql)) {
        Transaction transaction(connection_);
        runScript(connection_, name(migration), std::string(migration.sql));
        record(migration, monotonicMs() - begin);
        transaction.commit();
        return;
    }
    // Several statements in one message would be one transaction.
    for (const std::string& each : sqlStatements(migration.sql)) runScript(connection_, name(migration), each);
    record(migration, monotonicMs() - begin);
}

void Migrator::record(const Migration& migration, std::int64_t milliseconds) {
    connection_.execOne(kRecord, {migration.version, migration.description, migrationChecksum(migration.sql), milliseconds});
}

}  // namespace latchkey::pg
