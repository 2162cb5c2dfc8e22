// SPDX-License-Identifier: Apache-2.0
#include "tests/migrations/catalog.h"
#include "tests/migrations/database.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <libpq-fe.h>

namespace latchkey::migrations {

using pg::Migrator;

namespace {

// In the order of the sheet, which is the one of the columns in their tables.
std::vector<std::string> columnLines(const std::vector<std::string>& catalog) {
    std::vector<std::string> lines;
    for (const std::string& each : catalog) {
        const bool column = each.find("\tNO") != std::string::npos || each.find("\tYES") != std::string::npos;
        if (column) lines.push_back(each);
    }
    return lines;
}

std::vector<std::string> expectedLedger() {
    std::ifstream file(expected("migrations.tsv"));
    std::vector<std::string> lines;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) lines.push_back(line);
    return lines;
}

}  // namespace

class BaselineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BaselineTest);
    CPPUNIT_TEST(makesTheSchemaOfTheReferenceOnEveryMajor);
    CPPUNIT_TEST(writesTheLedgerOfTheReference);
    CPPUNIT_TEST(hasNothingToDoTheSecondTime);
    CPPUNIT_TEST(wakesListenersForAvailableJobs);
    CPPUNIT_TEST(tiesAnUpstreamLoginToItsFirstSession);
    CPPUNIT_TEST(storesDigestsInDatabasesOfItsOwn);
    CPPUNIT_TEST(leavesPlainTokensToDatabasesOfTheReference);
    CPPUNIT_TEST(namesEveryTableOfItsOwn);
    CPPUNIT_TEST_SUITE_END();

    void makesTheSchemaOfTheReferenceOnEveryMajor() {
        if (!test::postgresAvailable()) return;
        const auto wanted = expectedCatalog();
        CPPUNIT_ASSERT_EQUAL(std::size_t(297 + 33 + 17 + 50 + 3 + 82 + 2 + 2 + 1 + 1 + 1), wanted.size());
        for (const auto& installation : test::postgresInstallations()) {
            test::Postgres& server = test::Postgres::shared(installation.major);
            const auto found = catalogOf(server, migratedTemplate(server));
            const std::string on = "on PostgreSQL " + std::to_string(installation.major) + ":";
            CPPUNIT_ASSERT_EQUAL(on, on + difference(wanted, found));
            CPPUNIT_ASSERT_MESSAGE(on + " the columns are in another order", columnLines(wanted) == columnLines(found));
        }
    }

    void writesTheLedgerOfTheReference() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string& database = migratedTemplate(server);
        const auto found = server.rows("SELECT version, description, encode(checksum, 'hex') FROM _sqlx_migrations ORDER BY version", database);
        CPPUNIT_ASSERT_EQUAL(std::size_t(164), found.size());
        CPPUNIT_ASSERT_MESSAGE("the rows differ from the sheet's", expectedLedger() == found);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), server.sql("SELECT count(*) FROM _sqlx_migrations WHERE NOT success OR execution_time < 0", database));
    }

    void hasNothingToDoTheSecondTime() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = server.createDatabase();
        CPPUNIT_ASSERT(migrate(server, database) == Migrator::Outcome::migrated);
        const std::string before = server.sql("SELECT max(xmin::text::bigint) FROM pg_class", database);
        CPPUNIT_ASSERT(migrate(server, database) == Migrator::Outcome::nothingToDo);
        CPPUNIT_ASSERT_EQUAL(before, server.sql("SELECT max(xmin::text::bigint) FROM pg_class", database));
        server.dropDatabase(database);
    }

    void wakesListenersForAvailableJobs() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = server.createDatabase(migratedTemplate(server));
        pg::Connection listener = connectTo(server, database);
        listener.script("listen", "LISTEN queue_available");
        const std::string insert = "INSERT INTO queue_jobs (queue_job_id, status, created_at, queue_name, scheduled_at) VALUES (gen_random_uuid(), ";
        server.sql(insert + "'scheduled', now(), 'later', now())", database);
        server.sql(insert + "'available', now(), 'sync-devices', NULL)", database);
        server.sql("UPDATE queue_jobs SET status = 'available' WHERE queue_name = 'later'", database);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"queue" : "sync-devices"}|{"queue" : "later"}|)"), notifications(listener));
    }

    void tiesAnUpstreamLoginToItsFirstSession() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = server.createDatabase(migratedTemplate(server));
        const std::string found = server.sql(R"sql(
            INSERT INTO users (user_id, username, created_at) VALUES ('018f0000-0000-7000-8000-000000000001', 'alice', now());
            INSERT INTO user_sessions (user_session_id, user_id, created_at)
                 VALUES ('018f0000-0000-7000-8000-00000000000a', '018f0000-0000-7000-8000-000000000001', now()),
                        ('018f0000-0000-7000-8000-00000000000b', '018f0000-0000-7000-8000-000000000001', now());
            INSERT INTO upstream_oauth_providers (upstream_oauth_provider_id, scope, client_id, token_endpoint_auth_method, created_at)
                 VALUES ('018f0000-0000-7000-8000-000000000002', 'openid', 'mas', 'none', now());
            INSERT INTO upstream_oauth_authorization_sessions (upstream_oauth_authorization_session_id, upstream_oauth_provider_id, state, created_at)
                 VALUES ('018f0000-0000-7000-8000-000000000003', '018f0000-0000-7000-8000-000000000002', 'state', now());
            INSERT INTO user_session_authentications (user_session_authentication_id, user_session_id, created_at, upstream_oauth_authorization_session_id)
                 VALUES (gen_random_uuid(), '018f0000-0000-7000-8000-00000000000a', now(), '018f0000-0000-7000-8000-000000000003');
            INSERT INTO user_session_authentications (user_session_authentication_id, user_session_id, created_at, upstream_oauth_authorization_session_id)
                 VALUES (gen_random_uuid(), '018f0000-0000-7000-8000-00000000000b', now(), '018f0000-0000-7000-8000-000000000003');
            SELECT user_session_id FROM upstream_oauth_authorization_sessions)sql", database);
        CPPUNIT_ASSERT_EQUAL(std::string("018f0000-0000-7000-8000-00000000000a"), found);
    }

    void storesDigestsInDatabasesOfItsOwn() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        CPPUNIT_ASSERT_EQUAL(std::string("digest"), server.sql(kTokenStorage, migratedTemplate(server)));
    }

    // As MAS leaves it: it notes how long each migration took.
    void leavesPlainTokensToDatabasesOfTheReference() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = server.createDatabase();
        const pg::MigrationSet& shipped = pg::MigrationSet::shipped();
        const std::vector<pg::Migration> none;
        CPPUNIT_ASSERT(migrate(server, database, {shipped.baseline, shipped.reference, none}) == Migrator::Outcome::migrated);
        server.sql("UPDATE _sqlx_migrations SET execution_time = 1234567", database);
        const auto before = catalogOf(server, database);
        CPPUNIT_ASSERT(migrate(server, database) == Migrator::Outcome::migrated);
        CPPUNIT_ASSERT_EQUAL(std::string("plain"), server.sql(kTokenStorage, database));
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(before, catalogOf(server, database)));
        server.dropDatabase(database);
    }

    void namesEveryTableOfItsOwn() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::vector<std::string> expectedTables{
            "latchkey_authorization_grants p", "latchkey_client_assertions p", "latchkey_client_registrations p", "latchkey_consents p", "latchkey_device_code_grants p", "latchkey_device_code_polls u", "latchkey_events p",
            "latchkey_migrations p", "latchkey_oauth2_sessions p", "latchkey_pushed_requests p",   "latchkey_rate_limits u",          "latchkey_registration_steps p",
            "latchkey_settings p"};
        const auto found = server.rows("SELECT concat_ws(' ', relname, relpersistence) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'latchkey%' ORDER BY relname COLLATE \"C\"",
                                       migratedTemplate(server));
        CPPUNIT_ASSERT_MESSAGE("other tables than expected", expectedTables == found);
    }

    static constexpr const char* kTokenStorage = "SELECT value FROM latchkey_settings WHERE name = 'token_storage'";

    static std::string notifications(pg::Connection& connection) {
        connection.ping();  // whatever was sent before is here then
        PQconsumeInput(connection.raw());
        std::string payloads;
        while (PGnotify* each = PQnotifies(connection.raw())) {
            payloads += std::string(each->extra) + "|";
            PQfreemem(each);
        }
        return payloads;
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(BaselineTest);

}  // namespace latchkey::migrations
