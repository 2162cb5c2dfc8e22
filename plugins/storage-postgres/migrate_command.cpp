// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/migrate_command.h"

#include "domain/store.h"
#include "kernel/log.h"
#include "kernel/signals.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/migrator.h"
#include "plugins/storage-postgres/pooler.h"

#include <cstdio>

namespace latchkey::pg {

namespace {

const log::Logger& logger() {
    static const log::Logger logger("storage-postgres");
    return logger;
}

// The lock of a migrator belongs to a session: behind a transaction pooler two would run at once.
void requireSession(const ConnectOptions& options, const Connection& connection) {
    if (!connection.proxied()) return;
    const PoolerVerdict verdict = detectPooler(options);
    if (verdict.breaksSessions()) throw StorageError(poolerAdvice(verdict));
}

std::string listed(const std::vector<std::int64_t>& versions) {
    std::string text;
    for (const std::int64_t each : versions) text += (text.empty() ? "" : ", ") + std::to_string(each);
    return text;
}

int dryRun(Migrator& migrator) {
    const MigrationState state = migrator.inspect();
    for (const std::string& each : state.warnings) logger().warn("db.schema_newer", each);
    if (!state.usable()) throw StorageError(state.problem);
    std::string text = "Nothing to do: the database schema is up to date.\n";
    if (state.state == SchemaState::empty) text = "Would create the schema in the empty database.\n";
    if (state.pending() && !state.pendingOwn.empty()) text = (state.state == SchemaState::empty ? text : "") + "Would apply: " + listed(state.pendingOwn) + "\n";
    std::fputs(text.c_str(), stdout);
    return 0;
}

}  // namespace

std::vector<OptionSpec> MigrateCommand::options() const {
    return {{.name = "dry-run", .help = "say what would be done, without writing anything"}};
}

int MigrateCommand::run(const Arguments& arguments, Services&) {
    const ConnectOptions options = options_();
    Connection connection(options);
    Migrator migrator(connection, MigrationSet::shipped());
    if (arguments.has("dry-run")) return dryRun(migrator);
    requireSession(options, connection);
    migrator.migrate();
    return 0;
}

std::vector<OptionSpec> MigrateAtStart::serverOptions() {
    return {{.name = "no-migrate", .help = "do not migrate the database; refuse to start if it is not up to date"},
            {.name = "migrate", .help = "deprecated, does nothing: migrating is the default", .hidden = true}};
}

void MigrateAtStart::run(const Arguments& serverArguments) {
    if (serverArguments.has("migrate")) logger().warn("db.migrate_option", "--migrate is deprecated and does nothing: the server migrates unless --no-migrate is given");
    const ConnectOptions options = options_();
    Connection connection(options);
    Migrator migrator(connection, MigrationSet::shipped(), stopRequested);
    if (serverArguments.has("no-migrate")) return migrator.requireCurrent();
    requireSession(options, connection);
    if (migrator.migrate() == Migrator::Outcome::interrupted) logger().info("db.migration_interrupted", "asked to stop while waiting for another migrator");
}

}  // namespace latchkey::pg
