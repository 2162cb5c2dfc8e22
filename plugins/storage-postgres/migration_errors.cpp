// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/migration_errors.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/database_facts.h"
#include "plugins/storage-postgres/errors.h"
#include "plugins/storage-postgres/result.h"

namespace latchkey::pg {

namespace {

std::string cure(const std::string& state) {
    if (state == "53100") return "the database server's disk is full; nothing was changed by this step. Make room there and start again";
    if (state == "53200") return "the database server is out of memory; nothing was changed by this step. Give it more and start again";
    if (state == "25006") return "the database is read-only, perhaps a hot standby. Point `database` at the primary (target_session_attrs=read-write)";
    if (state == "42501") return "the role lacks a privilege. Make it the owner of the database and its tables: ALTER DATABASE … OWNER TO …; REASSIGN OWNED BY … TO …";
    if (state == "55P03") return "another session holds a lock on a table for more than a minute. See pg_stat_activity for long transactions, end them, and start again";
    if (state == "57014") return "an administrator, or a statement_timeout set on the server, cancelled it. Start again";
    if (state == "40P01" || state == "40001") return "another session was in the way. Start again";
    if (state == "42P07" || state == "42710" || state == "42701") return "something of that name is there already, and no migration made it. Remove or rename it, or use a database of its own";
    return "nothing of this step was kept. Start again when the cause is gone";
}

bool connectionLost(const std::string& state) { return state.empty() || state.starts_with("08") || state.starts_with("57P"); }

// Single quotes are enough for every shell; names of databases may hold anything.
std::string shellWord(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace

void throwMigrationError(const ServerError& error, std::string_view what) {
    if (connectionLost(error.sqlState)) {
        throw StorageDown(std::string(what) + ": the connection to the database was lost (" + error.message + "). What was not finished was rolled back; start again");
    }
    throw StorageError(std::string(what) + ": " + error.message + " (SQLSTATE " + error.sqlState + "): " + cure(error.sqlState));
}

void runScript(Connection& connection, std::string_view what, const std::string& sql) {
    const Result result(PQexec(connection.raw(), sql.c_str()));
    if (!succeeded(result.get()) && PQresultStatus(result.get()) != PGRES_EMPTY_QUERY) throwMigrationError(serverError(result.get(), connection.raw()), what);
}

void requireWritable(const DatabaseFacts& facts) {
    if (!facts.readOnly) return;
    throw StorageError("the database \"" + facts.database + "\" must be migrated and is read-only: it is a hot standby, or default_transaction_read_only is on. " +
                       "Point `database` at the primary (target_session_attrs=read-write)");
}

void requireFitForBaseline(const DatabaseFacts& facts) {
    requireWritable(facts);
    if (facts.encoding != "UTF8") {
        throw StorageError("the database \"" + facts.database + "\" has the encoding " + facts.encoding + " and must have UTF8: " +
                           "createdb --encoding=UTF8 --template=template0 --owner=" + shellWord(facts.role) + " NAME");
    }
    if (!facts.mayCreate) {
        throw StorageError("the role \"" + facts.role + "\" may not create tables in the schema \"" + facts.schema + "\" of the database \"" + facts.database +
                           "\". As administrator, in that database: ALTER DATABASE " + quotedName(facts.database) + " OWNER TO " + quotedName(facts.role) + "; GRANT USAGE, CREATE ON SCHEMA " +
                           quotedName(facts.schema) + " TO " + quotedName(facts.role) + ";");
    }
}

std::string administratorCommand(const Connection& connection, const std::string& sql) {
    const PGconn* raw = connection.raw();
    std::string command = "psql";
    if (const char* host = PQhost(raw); host != nullptr && *host != '\0') command += " --host=" + shellWord(host);
    if (const char* port = PQport(raw); port != nullptr && *port != '\0') command += std::string(" --port=") + port;
    return command + " --username=postgres --dbname=" + shellWord(PQdb(raw)) + " --command=" + shellWord(sql);
}

std::string quotedName(std::string_view name) {
    std::string quoted = "\"";
    for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

}  // namespace latchkey::pg
