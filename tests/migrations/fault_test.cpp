// SPDX-License-Identifier: Apache-2.0
#include "tests/migrations/background_migration.h"
#include "tests/migrations/catalog.h"
#include "tests/migrations/database.h"
#include "tests/migrations/obstacle.h"
#include "tests/migrations/reference_database.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sys/mount.h>
#include <unistd.h>

namespace latchkey::migrations {

using Outcome = pg::Migrator::Outcome;

constexpr int kInTheTables = 150;  // the first statements are those of pg_trgm

/// What the database does to a migration: said in words that help, and nothing half-made stays behind.
class FaultTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FaultTest);
    CPPUNIT_TEST(aSessionThatIsTerminated);
    CPPUNIT_TEST(aStatementThatIsCancelled);
    CPPUNIT_TEST(aServerThatDies);
    CPPUNIT_TEST(aFullDisk);
    CPPUNIT_TEST(aTableThatSomebodyLocks);
    CPPUNIT_TEST(aDatabaseThatIsReadOnly);
    CPPUNIT_TEST(aHotStandby);
    CPPUNIT_TEST_SUITE_END();

    void aSessionThatIsTerminated() {
        if (!test::postgresAvailable()) return;
        const std::string database = server().createDatabase({}, kOwner);
        Obstacle obstacle(server(), database, kInTheTables);
        BackgroundMigration migration(server(), database, pg::MigrationSet::shipped(), kOwner);
        server().sql("SELECT pg_terminate_backend(" + std::to_string(obstacle.awaitVictim()) + ")");
        requireText(migration.failure(), "creating the schema: the connection to the database was lost");
        CPPUNIT_ASSERT(migration.lostConnection());
        obstacle.remove();
        requireNothingLeft(server(), database);
        requireMigrates(server(), database);
    }

    void aStatementThatIsCancelled() {
        if (!test::postgresAvailable()) return;
        const std::string database = server().createDatabase({}, kOwner);
        Obstacle obstacle(server(), database, kInTheTables);
        BackgroundMigration migration(server(), database, pg::MigrationSet::shipped(), kOwner);
        server().sql("SELECT pg_cancel_backend(" + std::to_string(obstacle.awaitVictim()) + ")");
        const std::string text = migration.failure();
        requireText(text, "SQLSTATE 57014");
        requireText(text, "an administrator, or a statement_timeout set on the server, cancelled it");
        obstacle.remove();
        requireNothingLeft(server(), database);
    }

    void aServerThatDies() {
        if (!test::postgresAvailable()) return;
        test::Postgres mortal({.major = {}, .settings = {}, .parent = {}, .durable = true});
        const std::string database = mortal.createDatabase({}, kOwner);
        {
            Obstacle obstacle(mortal, database, kInTheTables);
            BackgroundMigration migration(mortal, database, pg::MigrationSet::shipped(), kOwner);
            obstacle.awaitVictim();
            mortal.stop(test::Postgres::Stop::immediate);
            requireText(migration.failure(), "the connection to the database was lost");
            CPPUNIT_ASSERT(migration.lostConnection());
        }
        mortal.start();
        mortal.sql("SET client_min_messages = warning; DROP EVENT TRIGGER obstacle; DROP SCHEMA obstacle CASCADE", database);
        requireNothingLeft(mortal, database);
        requireMigrates(mortal, database);
    }

    // A small disk that holds the tables only: with the log on it, too, PostgreSQL itself would stop.
    void aFullDisk() {
        if (!test::postgresAvailable()) return;
        test::Postgres small;
        const std::string disk = small.socketDirectory() + "/disk";
        std::filesystem::create_directory(disk);
        if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=24m,mode=777") != 0) {
            std::fputs("\nSKIPPED: mounting a small disk is not permitted\n", stderr);
            return;
        }
        const std::shared_ptr<void> unmount(nullptr, [&](void*) {
            small.stop(test::Postgres::Stop::immediate);
            ::umount2(disk.c_str(), MNT_DETACH);
        });
        const std::string tables = disk + "/tables";
        std::filesystem::create_directory(tables);
        const auto user = test::postgresUser();
        if (user) CPPUNIT_ASSERT_EQUAL(0, ::chown(tables.c_str(), *user, static_cast<gid_t>(-1)));
        small.sql("CREATE TABLESPACE small LOCATION '" + tables + "'");
        const std::string database = small.createDatabase({}, kOwner);
        small.sql("ALTER DATABASE " + database + " SET TABLESPACE small");
        fill(disk + "/ballast");
        const std::string text = refusal(small, database, pg::MigrationSet::shipped(), kOwner);
        requireText(text, "the database server's disk is full; nothing was changed by this step. Make room there and start again");
        requireNothingLeft(small, database);
        std::filesystem::remove(disk + "/ballast");
        requireMigrates(small, database);
    }

    void aTableThatSomebodyLocks() {
        if (!test::postgresAvailable()) return;
        const std::string database = referenceDatabase(server());
        const std::vector<pg::Migration> own = {{20270101000000, "column", "SET LOCAL lock_timeout = '50ms'; ALTER TABLE users ADD COLUMN latchkey_note text"}};
        const pg::MigrationSet set{pg::kBaseline, pg::MigrationSet::shipped().reference, own};
        pg::Connection reader = connectTo(server(), database);
        reader.script("lock", "BEGIN; SELECT 1 FROM users");
        const std::string text = refusal(server(), database, set, kOwner);
        requireText(text, "migration 20270101000000 (column): canceling statement due to lock timeout (SQLSTATE 55P03)");
        requireText(text, "another session holds a lock on a table");
        requireText(text, "pg_stat_activity");
        CPPUNIT_ASSERT_EQUAL(std::string("0"), server().sql("SELECT count(*) FROM latchkey_migrations", database));
        reader.script("end", "COMMIT");
        CPPUNIT_ASSERT(migrate(server(), database, set, kOwner) == Outcome::migrated);
    }

    void aDatabaseThatIsReadOnly() {
        if (!test::postgresAvailable()) return;
        const std::string database = server().createDatabase({}, kOwner);
        server().sql("ALTER DATABASE " + database + " SET default_transaction_read_only = on");
        const std::string text = refusal(server(), database, pg::MigrationSet::shipped(), kOwner);
        requireText(text, "must be migrated and is read-only");
        requireText(text, "target_session_attrs=read-write");
        requireNothingLeft(server(), database);
        const std::string complete = referenceDatabase(server());
        CPPUNIT_ASSERT(migrate(server(), complete, pg::MigrationSet::shipped(), kOwner) == Outcome::migrated);
        server().sql("ALTER DATABASE " + complete + " SET default_transaction_read_only = on");
        CPPUNIT_ASSERT(migrate(server(), complete, pg::MigrationSet::shipped(), kOwner) == Outcome::nothingToDo);
    }

    void aHotStandby() {
        if (!test::postgresAvailable()) return;
        test::Postgres standby;
        const std::string empty = standby.createDatabase({}, kOwner);
        const std::string complete = referenceDatabase(standby);
        CPPUNIT_ASSERT(migrate(standby, complete, pg::MigrationSet::shipped(), kOwner) == Outcome::migrated);
        standby.stop();
        std::ofstream(standby.dataDirectory() + "/standby.signal").flush();
        standby.start();
        const std::string text = refusal(standby, empty, pg::MigrationSet::shipped(), kOwner);
        requireText(text, "must be migrated and is read-only: it is a hot standby");
        CPPUNIT_ASSERT(migrate(standby, complete, pg::MigrationSet::shipped(), kOwner) == Outcome::nothingToDo);
    }

    static test::Postgres& server() { return test::Postgres::shared(); }

    static void requireNothingLeft(const test::Postgres& where, const std::string& database) {
        CPPUNIT_ASSERT_EQUAL(std::string("0"), where.sql("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace", database));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), where.sql("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'", database));
    }

    static void requireMigrates(const test::Postgres& where, const std::string& database) {
        CPPUNIT_ASSERT(migrate(where, database, pg::MigrationSet::shipped(), kOwner) == Outcome::migrated);
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(expectedCatalog(), catalogOf(where, database)));
    }

    // Some room is left, so that the migration gets under way.
    static void fill(const std::string& file) {
        {
            std::ofstream ballast(file, std::ios::binary);
            const std::string block(65536, 'x');
            while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
            }
        }
        std::filesystem::resize_file(file, std::filesystem::file_size(file) - 256 * 1024);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FaultTest);

}  // namespace latchkey::migrations
