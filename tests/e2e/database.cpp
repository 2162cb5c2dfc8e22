// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/database.h"

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

}  // namespace latchkey::e2e
