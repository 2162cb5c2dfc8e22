// SPDX-License-Identifier: Apache-2.0
#include "tests/migrations/catalog.h"
#include "tests/migrations/database.h"
#include "tests/migrations/obstacle.h"
#include "tests/migrations/processes/migrator_process.h"
#include "tests/migrations/reference_database.h"

#include <algorithm>
#include <csignal>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdio>
#include <random>

namespace latchkey::migrations {

/// `kill -9` while an empty database is migrated: nobody ever sees half of a schema, and the next migrator makes it whole.
class KillTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KillTest);
    CPPUNIT_TEST(atTwentyFiveRandomMoments);
    CPPUNIT_TEST(atTwentyFiveRandomStatements);
    CPPUNIT_TEST_SUITE_END();

    // Spread over the time that a whole run takes here, now.
    void atTwentyFiveRandomMoments() {
        if (!test::postgresAvailable()) return;
        const int whole = millisecondsOfARun();
        std::mt19937 random(20260623);
        int killed = 0;
        for (int round = 0; round < 25; ++round) {
            const std::string database = server().createDatabase({}, kOwner);
            const MigratorProcess cli(server(), database);
            test::Process migrator(cli.launch({"database", "migrate"}));
            test::sleepMs(static_cast<int>(random() % static_cast<unsigned>(whole)));
            migrator.signal(SIGKILL);
            killed += migrator.wait(kLong) == 128 + SIGKILL ? 1 : 0;
            requireAllOrNothing(database);
            requireMadeWhole(cli, database);
        }
        std::fprintf(stderr, " (%d of 25 before the end of %d ms)", killed, whole);
    }

    void atTwentyFiveRandomStatements() {
        if (!test::postgresAvailable()) return;
        const int statements = statementsOfTheBaseline();
        std::mt19937 random(4711);
        for (int round = 0; round < 25; ++round) {
            const std::string database = server().createDatabase({}, kOwner);
            const MigratorProcess cli(server(), database);
            Obstacle obstacle(server(), database, 1 + static_cast<int>(random() % static_cast<unsigned>(statements)));
            test::Process migrator(cli.launch({"database", "migrate"}));
            obstacle.awaitVictim();
            migrator.signal(SIGKILL);
            CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, migrator.wait(kLong).value_or(0));
            obstacle.remove();
            requireAllOrNothing(database);
            requireMadeWhole(cli, database);
        }
    }

    static test::Postgres& server() { return test::Postgres::shared(); }
    static std::string tables(const std::string& database) { return server().sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'latchkey%'", database); }

    static int millisecondsOfARun() {
        const MigratorProcess cli(server(), server().createDatabase({}, kOwner));
        const std::int64_t begin = test::nowMs();
        cli.migrate();
        return static_cast<int>(test::nowMs() - begin);
    }

    static int statementsOfTheBaseline() {
        const std::string database = server().createDatabase({}, kOwner);
        const MigratorProcess cli(server(), database);
        const Obstacle counting(server(), database, 0);
        cli.migrate();
        return std::stoi(server().sql("SELECT last_value FROM obstacle.statements", database));
    }

    static void requireAllOrNothing(const std::string& database) {
        const std::string found = tables(database);
        CPPUNIT_ASSERT_MESSAGE(found + " tables", found == "0" || found == "34");
        // Changes of ours are transactions of their own: there if and only if they are recorded.
        const bool ledger = server().sql("SELECT count(*) FROM pg_tables WHERE tablename = 'latchkey_migrations'", database) == "1";
        const std::string recorded = ledger ? server().sql("SELECT count(*) > 0 FROM latchkey_migrations", database) : "f";
        CPPUNIT_ASSERT_EQUAL(recorded, server().sql("SELECT count(*) > 0 FROM pg_tables WHERE tablename LIKE 'latchkey%' AND tablename <> 'latchkey_migrations'", database));
        if (found == "34") CPPUNIT_ASSERT_EQUAL(std::string("164"), server().sql("SELECT count(*) FROM _sqlx_migrations", database));
    }

    static void requireMadeWhole(const MigratorProcess& cli, const std::string& database) {
        cli.migrate();
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(expectedCatalog(), catalogOf(server(), database)));
        CPPUNIT_ASSERT_EQUAL(std::string("164"), server().sql("SELECT count(*) FROM _sqlx_migrations", database));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), server().sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", database));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(KillTest);

}  // namespace latchkey::migrations
