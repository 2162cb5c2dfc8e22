// SPDX-License-Identifier: Apache-2.0
#include "tests/migrations/reference_database.h"

#include "tests/migrations/database.h"
#include "tests/support/temporary_directory.h"

#include <map>
#include <sstream>

namespace latchkey::migrations {

namespace {

// As the reference's migration library makes it.
constexpr char kLedger[] = R"sql(
    CREATE TABLE IF NOT EXISTS _sqlx_migrations (
        version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),
        success BOOLEAN NOT NULL, checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL))sql";

constexpr char kTables[] = R"sql(
    SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class JOIN pg_namespace AS space ON space.oid = relnamespace
     WHERE relkind IN ('r', 'p') AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\_%' ORDER BY 1)sql";

constexpr char kFiles[] = R"sql(
    SELECT oid, relname, relnamespace, relowner, relkind, relpersistence, relfilenode, xmin FROM pg_class WHERE oid >= 16384 ORDER BY oid)sql";

// The time of the last one was never filled in, as after a kill behind the commit.
std::string ledgerRows() {
    std::istringstream file(test::readText(expected("migrations.tsv")));
    std::string sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES ";
    std::string line;
    std::getline(file, line);
    for (int number = 0; std::getline(file, line); ++number) {
        const std::size_t first = line.find('\t');
        const std::size_t second = line.find('\t', first + 1);
        sql += (number == 0 ? "(" : ", (") + line.substr(0, first) + ", '" + line.substr(first + 1, second - first - 1) + "', true, '\\x" + line.substr(second + 1) + "', " +
               std::to_string(1'000'000 + number * 7'919) + ")";
    }
    return sql + "; UPDATE _sqlx_migrations SET execution_time = -1 WHERE version = (SELECT max(version) FROM _sqlx_migrations)";
}

// `@c1` → a uuid in quotes.
std::string sampleRows() {
    std::string sql = test::readText(expected("reference_rows.sql"));
    for (std::size_t at = sql.find('@'); at != std::string::npos; at = sql.find('@', at + 1)) {
        if (sql[at - 1] != '(' && sql[at - 1] != ' ') continue;
        const std::size_t end = sql.find_first_not_of("0123456789abcdef", at + 1);
        std::string digits = sql.substr(at + 1, end - at - 1);
        digits.insert(0, 12 - digits.size(), '0');
        sql.replace(at, end - at, "'018f0000-0000-7000-8000-" + digits + "'");
    }
    return sql;
}

std::string build(test::Postgres& server) {
    const std::string database = server.createDatabase({}, kOwner);
    pg::Connection owner = connectTo(server, database, kOwner);
    owner.script("ledger", kLedger);
    owner.script("ledger rows", ledgerRows());
    owner.script("schema", std::string(pg::kBaseline));
    owner.script("rows", sampleRows());
    return database;
}

std::vector<std::string> catalogTraces(const test::Postgres& server, const std::string& database) {
    std::string query;
    for (const char* catalog : {"pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_proc", "pg_trigger", "pg_type", "pg_enum", "pg_namespace", "pg_extension", "pg_depend"}) {
        query += (query.empty() ? "" : " UNION ALL ") + ("SELECT '" + std::string(catalog) + "', count(*), max(xmin::text::bigint) FROM ") + catalog;
    }
    return server.rows(query, database);
}

}  // namespace

std::string referenceDatabase(test::Postgres& server) {
    static std::map<const test::Postgres*, std::string> templates;
    std::string& name = templates[&server];
    if (name.empty()) name = build(server);
    return server.createDatabase(name, kOwner);
}

std::vector<std::string> rowTraces(const test::Postgres& server, const std::string& database) {
    std::string query;
    for (const std::string& table : server.rows(kTables, database)) {
        query += (query.empty() ? "" : " UNION ALL ") + ("SELECT '" + table + "', t.ctid::text, t.xmin::text, t.xmax::text, t::text FROM ") + table + " AS t";
    }
    return query.empty() ? std::vector<std::string>() : server.rows(query + " ORDER BY 1, 2", database);
}

std::vector<std::string> traces(const test::Postgres& server, const std::string& database) {
    std::vector<std::string> all = rowTraces(server, database);
    for (const auto& more : {server.rows(kFiles, database), catalogTraces(server, database)}) all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace latchkey::migrations
