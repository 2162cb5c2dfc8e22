// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/database.h"

#include <utility>

namespace latchkey::e2e {

namespace {

test::PostgresOptions withPasswords(test::PostgresOptions options) {
    options.passwords = true;
    return options;
}

}  // namespace

Database::Database(test::PostgresOptions options) : postgres_(withPasswords(std::move(options))) {
    postgres_.createRole("mas", "LOGIN PASSWORD '" + kPassword + "'");
}

Database& Database::shared() {
    static Database database;
    return database;
}

std::string Database::create() {
    created_.push_back(postgres_.createDatabase({}, "mas"));
    return created_.back();
}

std::vector<std::string> Database::takeCreated() {
    std::vector<std::string> all = std::exchange(created_, {});
    std::erase_if(all, [this](const std::string& name) { return admin("SELECT count(*) FROM pg_database WHERE datname = '" + name + "'") == "0"; });
    return all;
}

std::string Database::dump(const std::string& database) const {
    const std::string rows = admin(R"sql(
        SELECT string_agg(format('SELECT %L || (to_jsonb(t) - ARRAY[''code'', ''user_code'', ''token''])::text AS line FROM %I.%I AS t',
                                 tablename || ': ', schemaname, tablename), ' UNION ALL ')
          FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema'))sql", database);
    return rows.empty() ? rows : admin("SELECT string_agg(line, E'\n') FROM (" + rows + ") AS everything", database);
}

}  // namespace latchkey::e2e
