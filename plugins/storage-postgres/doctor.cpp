// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/doctor.h"

#include "kernel/error.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/migration_errors.h"
#include "plugins/storage-postgres/migrator.h"
#include "plugins/storage-postgres/pooler.h"
#include "plugins/storage-postgres/server_facts.h"
#include "plugins/storage-postgres/trigram.h"

#include <algorithm>
#include <cstdlib>

namespace latchkey::pg {

void ServerCheck::run(Report& report) {
    try {
        if (!pooler(report)) return;
        Connection connection(options_);
        const ServerFacts facts = readServerFacts(connection);
        report.ok("connected: " + options_.describe());
        version(report, facts);
        schema(report, facts);
        extension(report, facts, connection);
        migrations(report, connection);
        connections(report, facts);
        clock(report, facts);
        transport(report, facts);
    } catch (const Error& error) {
        report.fail(error.what(), "mend what the message names, then run `mas-cli doctor` again");
    }
    if (std::getenv("DATABASE_URL") != nullptr) {
        report.warn("DATABASE_URL is set, and not used", "settings come from the section `database` (or MAS_DATABASE_URI)");
    }
}

// First, by the simple protocol: prepared statements fail behind a pooler that breaks sessions.
bool ServerCheck::pooler(Report& report) const {
    const PoolerVerdict verdict = detectPooler(options_);
    if (verdict.breaksSessions()) {
        report.fail(poolerAdvice(verdict), "set the pooler's pool_mode to session, or connect to PostgreSQL itself");
        return false;
    }
    if (verdict.kind == PoolerKind::unknown) {
        report.warn("cannot tell whether a pooler passes sessions through: " + verdict.evidence, "make sure that its mode is session; give its pool more connections");
    } else {
        report.ok("way to the server: " + std::string(poolerName(verdict.kind)) + "; " + verdict.evidence);
    }
    return true;
}

void ServerCheck::version(Report& report, const ServerFacts& facts) const {
    const std::string old = oldVersionWarning(facts);
    if (old.empty()) report.ok("PostgreSQL " + facts.version);
    else report.warn(old, "upgrade PostgreSQL to 13 or later; see `pg_upgrade`");
    if (facts.readOnly) report.fail("the server is read-only, perhaps a hot standby", "point `database` at the primary, or set target_session_attrs=read-write");
}

void ServerCheck::schema(Report& report, const ServerFacts& facts) const {
    if (facts.encoding == "UTF8") report.ok("encoding UTF8");
    else report.fail("the database's encoding is " + facts.encoding, "make a new one: createdb --encoding=UTF8 --template=template0 --owner=" + facts.user + " …");
    if (facts.schema.empty()) {
        report.fail("search_path names no schema that exists", "ALTER ROLE " + quotedName(facts.user) + " RESET search_path");
    } else if (!facts.canCreate) {
        report.fail("role " + facts.user + " may not create tables in schema " + facts.schema + ": migrations will fail",
                    "ALTER DATABASE " + quotedName(facts.database) + " OWNER TO " + quotedName(facts.user) + "; or: GRANT CREATE, USAGE ON SCHEMA " +
                        quotedName(facts.schema) + " TO " + quotedName(facts.user));
    } else {
        report.ok("role " + facts.user + " may create tables in schema " + facts.schema);
    }
}

void ServerCheck::extension(Report& report, const ServerFacts& facts, Connection& connection) const {
    const TrigramState state = trigramState(connection);
    if (state.reachable) report.ok("extension pg_trgm " + state.version);
    else if (!state.schema.empty()) report.fail("extension pg_trgm is in schema " + state.schema + ", where search_path does not look", "as administrator: " + administratorCommand(connection, "ALTER EXTENSION pg_trgm SET SCHEMA " + quotedName(facts.schema)));
    else if (!state.available) report.fail("extension pg_trgm is not on the server", "install the server's contrib package (Debian: postgresql-contrib), then run `mas-cli database migrate`");
    else if (facts.mayInstallTrgm) report.ok("extension pg_trgm can be enabled by `mas-cli database migrate`");
    else report.fail("extension pg_trgm is not enabled, and role " + facts.user + " may not enable it", "as administrator: " + administratorCommand(connection, "CREATE EXTENSION IF NOT EXISTS pg_trgm"));
}

void ServerCheck::migrations(Report& report, Connection& connection) const {
    const MigrationState state = Migrator(connection, MigrationSet::shipped()).inspect();
    for (const std::string& each : state.warnings) report.warn(each, "`mas-cli database status` shows more");
    if (!state.usable()) report.fail(state.problem, "`mas-cli database status` shows more");
    else if (state.state == SchemaState::empty) report.ok("the database is empty: `mas-cli database migrate`, or the start of the server, makes the schema");
    else if (state.pending()) report.ok("the database schema has changes to come, which `mas-cli database migrate`, or the start of the server, applies");
    else report.ok("the database schema is up to date");
}

void ServerCheck::connections(Report& report, const ServerFacts& facts) const {
    const std::int64_t wanted = limits_.perProcess();
    const std::int64_t others = std::max<std::int64_t>(facts.usedConnections - 1, 0);  // one is this check's own
    const std::int64_t usable = facts.maxConnections - facts.reservedConnections;
    const std::string numbers = "each process may take " + std::to_string(wanted) + " connections (its pool, and " + std::to_string(PoolLimits::kBesidesPool) + " more); the server allows " + std::to_string(facts.maxConnections) + ", " +
                                std::to_string(facts.reservedConnections) + " of them reserved, " + std::to_string(others) + " in use now";
    const auto limited = [&](std::int64_t limit, const std::string& whose, const std::string& cure) {
        if (limit >= 0 && limit < wanted) report.warn(whose + " may have " + std::to_string(limit) + " connections at most, each process wants " + std::to_string(wanted), cure);
    };
    limited(facts.roleLimit, "role " + facts.user, "ALTER ROLE " + quotedName(facts.user) + " CONNECTION LIMIT " + std::to_string(wanted + 2));
    limited(facts.databaseLimit, "database " + facts.database, "ALTER DATABASE " + quotedName(facts.database) + " CONNECTION LIMIT " + std::to_string(wanted + 2));
    if (wanted > usable) {
        report.fail(numbers, "lower database.max_connections to " + std::to_string(std::max<std::int64_t>(usable - PoolLimits::kBesidesPool - 3, 1)) + ", or raise the server's max_connections");
    } else if (wanted > usable - others) {
        report.warn(numbers, "lower database.max_connections, or raise the server's max_connections (a running server of this service may be among those in use)");
    } else {
        report.ok(numbers);
    }
}

void ServerCheck::clock(Report& report, const ServerFacts& facts) const {
    const double seconds = static_cast<double>(facts.clockAheadUs) / 1e6;
    if (std::abs(seconds) > 5) report.warn("the database's clock differs by " + std::to_string(seconds) + " s from this host's", "synchronise both by NTP: tokens expire by this host's clock, jobs run by the database's");
    else report.ok("clocks of database and host agree");
}

void ServerCheck::transport(Report& report, const ServerFacts& facts) const {
    if (facts.tls) report.ok("the connection is encrypted (TLS)");
    else if (facts.remote) report.warn("the connection to another host is not encrypted", "turn on TLS at the server, then set database.ssl_mode to verify-full and database.ssl_ca_file");
    else report.ok("the connection stays on this host");
}

}  // namespace latchkey::pg
