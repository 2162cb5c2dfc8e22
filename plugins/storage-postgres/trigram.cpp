// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/trigram.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/errors.h"
#include "plugins/storage-postgres/migration_errors.h"
#include "plugins/storage-postgres/result.h"

namespace latchkey::pg {

namespace {

constexpr Query kState{"trigram.state", R"sql(
    SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'), coalesce(space.nspname, ''), coalesce(extension.extversion, ''),
           EXISTS (SELECT FROM pg_opclass AS class WHERE class.opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(class.oid))
      FROM (VALUES (1)) AS always LEFT JOIN pg_extension AS extension ON extension.extname = 'pg_trgm'
      LEFT JOIN pg_namespace AS space ON space.oid = extension.extnamespace)sql"};
constexpr Query kWhere{"trigram.where", "SELECT current_schema(), current_user, current_database()"};

struct Where {
    std::string schema, role, database;
};

[[noreturn]] void notOnServer(const Connection& connection) {
    const std::string major = std::to_string(connection.serverVersion() / 10000);
    throw StorageError("the database server does not have the extension pg_trgm, which the schema needs: install PostgreSQL's contrib modules there "
                       "(Debian and Ubuntu: apt-get install postgresql-" + major + " postgresql-contrib; Fedora and RHEL: dnf install postgresql-contrib; "
                       "Alpine: apk add postgresql" + major + "-contrib), then start again");
}

[[noreturn]] void outOfReach(const TrigramState& state, const Where& where, const Connection& connection) {
    throw StorageError("the extension pg_trgm is installed in the schema " + quotedName(state.schema) + ", where the search_path of the role " + quotedName(where.role) +
                       " does not look. As administrator move it: " +
                       administratorCommand(connection, "ALTER EXTENSION pg_trgm SET SCHEMA " + quotedName(where.schema)));
}

void create(Connection& connection, const Where& where) {
    const std::string sql = "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA " + quotedName(where.schema);
    const Result result(PQexec(connection.raw(), sql.c_str()));
    if (succeeded(result.get())) return;
    const ServerError error = serverError(result.get(), connection.raw());
    if (error.sqlState != "42501") throwMigrationError(error, "creating the extension pg_trgm");
    throw StorageError("the role " + quotedName(where.role) + " may not create the extension pg_trgm in the database " + quotedName(where.database) +
                       ", which the schema needs. As administrator run: " + administratorCommand(connection, sql) +
                       " (or, from PostgreSQL 13 on, let the role do it: GRANT CREATE ON DATABASE " + quotedName(where.database) + " TO " + quotedName(where.role) + "), then start again");
}

}  // namespace

TrigramState trigramState(Connection& connection) {
    return connection.one(kState, {}, [](const Row& row) {
        return TrigramState{.available = row.boolean(0), .schema = row.text(1), .version = row.text(2), .reachable = row.boolean(3)};
    }).value();
}

void ensureTrigram(Connection& connection) {
    const TrigramState state = trigramState(connection);
    if (state.reachable) return;
    const Where where = connection.one(kWhere, {}, [](const Row& row) { return Where{row.text(0), row.text(1), row.text(2)}; }).value();
    if (!state.schema.empty()) outOfReach(state, where, connection);
    if (!state.available) notOnServer(connection);
    create(connection, where);
}

}  // namespace latchkey::pg
