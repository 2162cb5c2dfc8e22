// SPDX-License-Identifier: Apache-2.0
#include "tests/migrations/database.h"

#include "kernel/error.h"
#include "plugins/storage-postgres/connect_options.h"
#include "tests/migrations/log_capture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <map>

namespace latchkey::migrations {

namespace {

[[maybe_unused]] const bool kQuiet = (LogCapture::silence(), true);

}  // namespace

pg::Connection connectTo(const test::Postgres& server, const std::string& database, const std::string& user) {
    return pg::Connection(pg::ConnectOptions::parse(server.conninfo(database, user)));
}

pg::Migrator::Outcome migrate(const test::Postgres& server, const std::string& database, const pg::MigrationSet& set, const std::string& user) {
    pg::Connection connection = connectTo(server, database, user);
    return pg::Migrator(connection, set).migrate();
}

pg::MigrationState inspect(const test::Postgres& server, const std::string& database, const pg::MigrationSet& set) {
    pg::Connection connection = connectTo(server, database);
    return pg::Migrator(connection, set).inspect();
}

std::string refusal(const test::Postgres& server, const std::string& database, const pg::MigrationSet& set, const std::string& user) {
    try {
        migrate(server, database, set, user);
    } catch (const Error& error) {
        return error.what();
    }
    CPPUNIT_FAIL("the migration should have been refused");
    return {};
}

const std::string& migratedTemplate(test::Postgres& server) {
    static std::map<const test::Postgres*, std::string> templates;
    std::string& name = templates[&server];
    if (name.empty()) {
        name = server.createDatabase();
        migrate(server, name);
    }
    return name;
}

void requireText(const std::string& text, const std::string& part) {
    CPPUNIT_ASSERT_MESSAGE("expected \"" + part + "\" in: " + text, text.find(part) != std::string::npos);
}

std::string expected(const std::string& name) { return std::string(EXPECTED_DIRECTORY) + "/" + name; }

}  // namespace latchkey::migrations
