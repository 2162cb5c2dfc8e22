// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/advisory_lock.h"
#include "tests/migrations/catalog.h"
#include "tests/migrations/database.h"
#include "tests/migrations/obstacle.h"
#include "tests/migrations/processes/migrator_process.h"
#include "tests/migrations/reference_database.h"

#include <csignal>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>

namespace latchkey::migrations {

/// One migrator at a time per database, the reference's included.
class LockTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LockTest);
    CPPUNIT_TEST(theSecondWaitsAndSaysForWhom);
    CPPUNIT_TEST(eightAtOnceMigrateOnce);
    CPPUNIT_TEST(theKeyOfTheReferenceExcludesUs);
    CPPUNIT_TEST(theLockOfAnotherDatabaseDoesNot);
    CPPUNIT_TEST(termEndsTheWaitOfTheCommand);
    CPPUNIT_TEST(termEndsTheWaitOfTheServer);
    CPPUNIT_TEST_SUITE_END();

    void theSecondWaitsAndSaysForWhom() {
        if (!test::postgresAvailable()) return;
        const std::string database = server().createDatabase({}, kOwner);
        const MigratorProcess cli(server(), database);
        Obstacle obstacle(server(), database, 20);
        test::Process first(cli.launch({"database", "migrate"}));
        const int pid = obstacle.awaitVictim();
        test::Process second(cli.launch({"database", "migrate"}));
        CPPUNIT_ASSERT_MESSAGE(second.errors(), second.await("db.migration_lock_held", kLong));
        CPPUNIT_ASSERT_MESSAGE(second.errors(), second.await("process " + std::to_string(pid) + " of the database server", kLong));
        requireText(second.errors(), "user mas");
        obstacle.remove();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(first.errors(), 0, first.wait(kLong).value_or(-1));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(second.errors(), 0, second.wait(kLong).value_or(-1));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(second.errors(), 0, second.count("db.creating_schema"));
        requireText(second.errors(), "db.schema_current");
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(expectedCatalog(), catalogOf(server(), database)));
    }

    void eightAtOnceMigrateOnce() {
        if (!test::postgresAvailable()) return;
        const std::string database = server().createDatabase({}, kOwner);
        const MigratorProcess cli(server(), database);
        std::vector<std::unique_ptr<test::Process>> all;
        for (int i = 0; i < 8; ++i) all.push_back(std::make_unique<test::Process>(cli.launch({"database", "migrate"})));
        int made = 0;
        for (const auto& each : all) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each->errors(), 0, each->wait(kLong).value_or(-1));
            made += each->count("db.creating_schema");
        }
        CPPUNIT_ASSERT_EQUAL(1, made);
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(expectedCatalog(), catalogOf(server(), database)));
    }

    // The key by hand, as the sheet computes it: 0x3d32ad9e × CRC-32 of the name; 183358133847234462 for "mas".
    void theKeyOfTheReferenceExcludesUs() {
        if (!test::postgresAvailable()) return;
        server().createRole(kOwner);
        server().sql("CREATE DATABASE mas TEMPLATE template0 OWNER mas");
        const MigratorProcess cli(server(), "mas");
        pg::Connection reference = connectTo(server(), "mas");
        reference.script("lock", "SET application_name = 'matrix-authentication-service'; SELECT pg_advisory_lock(183358133847234462)");
        test::Process ours(cli.launch({"database", "migrate"}));
        CPPUNIT_ASSERT_MESSAGE(ours.errors(), ours.await("matrix-authentication-service", kLong));
        CPPUNIT_ASSERT(ours.running());
        CPPUNIT_ASSERT_EQUAL(std::string("0"), server().sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "mas"));
        reference.script("unlock", "SELECT pg_advisory_unlock(183358133847234462)");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ours.errors(), 0, ours.wait(kLong).value_or(-1));
        CPPUNIT_ASSERT_EQUAL(std::string("34"), server().sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'latchkey%'", "mas"));
    }

    void theLockOfAnotherDatabaseDoesNot() {
        if (!test::postgresAvailable()) return;
        const std::string database = server().createDatabase({}, kOwner);
        const MigratorProcess cli(server(), database);
        pg::Connection other = connectTo(server(), "postgres");
        other.script("lock", "SELECT pg_advisory_lock(" + std::to_string(pg::migrationLockKey(database)) + ")");
        cli.migrate();
    }

    // Signals have their default action while a command runs that does not serve.
    void termEndsTheWaitOfTheCommand() { requireEndsByTerm({"database", "migrate"}, 128 + SIGTERM); }
    void termEndsTheWaitOfTheServer() { requireEndsByTerm({"server"}, 0); }

    static void requireEndsByTerm(const std::vector<std::string>& arguments, int code) {
        if (!test::postgresAvailable()) return;
        const std::string database = server().createDatabase({}, kOwner);
        const MigratorProcess cli(server(), database);
        pg::Connection holder = connectTo(server(), database);
        holder.script("lock", "SELECT pg_advisory_lock(" + std::to_string(pg::migrationLockKey(database)) + ")");
        test::Process waiting(cli.launch(arguments));
        CPPUNIT_ASSERT_MESSAGE(waiting.errors(), waiting.await("db.migration_lock_held", kLong));
        waiting.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(waiting.errors(), code, waiting.wait(kLong).value_or(-1));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), server().sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database));
    }

    static test::Postgres& server() { return test::Postgres::shared(); }
};
CPPUNIT_TEST_SUITE_REGISTRATION(LockTest);

}  // namespace latchkey::migrations
