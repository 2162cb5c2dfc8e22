// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/migrator.h"
#include "tests/support/postgres.h"

#include <string>

namespace latchkey::migrations {

/// A connection to a test cluster's database.
pg::Connection connectTo(const test::Postgres& server, const std::string& database, const std::string& user = "postgres");

pg::Migrator::Outcome migrate(const test::Postgres& server, const std::string& database, const pg::MigrationSet& set = pg::MigrationSet::shipped(), const std::string& user = "postgres");
pg::MigrationState inspect(const test::Postgres& server, const std::string& database, const pg::MigrationSet& set = pg::MigrationSet::shipped());

/// The message of what a migration is refused with; fails the test if it is not refused.
std::string refusal(const test::Postgres& server, const std::string& database, const pg::MigrationSet& set = pg::MigrationSet::shipped(), const std::string& user = "postgres");

/// A migrated database to copy others from; one per cluster.
const std::string& migratedTemplate(test::Postgres& server);

void requireText(const std::string& text, const std::string& part);

/// The path of a file below tests/migrations/expected.
std::string expected(const std::string& name);

}  // namespace latchkey::migrations
