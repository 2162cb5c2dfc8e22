// SPDX-License-Identifier: Apache-2.0
#include "tests/migrations/background_migration.h"
#include "tests/migrations/catalog.h"
#include "tests/migrations/database.h"
#include "tests/migrations/log_capture.h"
#include "tests/migrations/reference_database.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::migrations {

using Outcome = pg::Migrator::Outcome;
using Own = std::vector<pg::Migration>;

namespace {

const pg::Migration kTable{20270101000000, "notes", "CREATE TABLE latchkey_notes (note_id uuid PRIMARY KEY, note text); -- a table; of ours\nALTER TABLE users ADD COLUMN latchkey_note text;"};
const pg::Migration kBroken{20270102000000, "broken", "CREATE TABLE latchkey_half (id int); SELECT 1 / 0;"};
const pg::Migration kMended{20270102000000, "broken", "CREATE TABLE latchkey_half (id int);"};
const pg::Migration kIndex{20270103000000, "index of creation",
                           "-- no-transaction\nDROP INDEX IF EXISTS latchkey_users_idx;\nCREATE INDEX CONCURRENTLY latchkey_users_idx ON users (created_at);\n"};
const pg::Migration kLast{20270104000000, "last", "CREATE TABLE latchkey_last (id int)"};

pg::MigrationSet with(const Own& own) { return {pg::kBaseline, pg::MigrationSet::shipped().reference, own}; }

}  // namespace

/// Changes of ours after the baseline, and their ledger.
class OwnChangesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OwnChangesTest);
    CPPUNIT_TEST(comeOnTopOfAnEmptyDatabaseInOneRun);
    CPPUNIT_TEST(areRecordedInALedgerOfOurOwn);
    CPPUNIT_TEST(keepWhatSucceededBeforeOneThatFails);
    CPPUNIT_TEST(fillAGap);
    CPPUNIT_TEST(goOnAfterAnInterruptedConcurrentIndex);
    CPPUNIT_TEST(areNotBoundByTheTimeoutsOfTheRole);
    CPPUNIT_TEST(areRefusedWhenModified);
    CPPUNIT_TEST(ofANewerReleaseAreWarnedOf);
    CPPUNIT_TEST(areAskedForWithNoMigrate);
    CPPUNIT_TEST_SUITE_END();

    void comeOnTopOfAnEmptyDatabaseInOneRun() {
        if (!test::postgresAvailable()) return;
        const std::string database = server().createDatabase({}, kOwner);
        const Own own = {kTable, kIndex};
        CPPUNIT_ASSERT(run(database, own) == Outcome::migrated);
        CPPUNIT_ASSERT_EQUAL(std::string("20270101000000,20270103000000"), applied(database));
        CPPUNIT_ASSERT_EQUAL(std::string("164"), server().sql("SELECT count(*) FROM _sqlx_migrations", database));
        CPPUNIT_ASSERT(run(database, own) == Outcome::nothingToDo);
    }

    void areRecordedInALedgerOfOurOwn() {
        if (!test::postgresAvailable()) return;
        const std::string database = referenceDatabase(server());
        CPPUNIT_ASSERT(run(database, {kTable}) == Outcome::migrated);
        CPPUNIT_ASSERT_EQUAL(std::string("notes"), server().sql("SELECT description FROM latchkey_migrations WHERE duration_ms >= 0 AND applied_at <= now()", database));
        CPPUNIT_ASSERT_EQUAL(pg::migrationChecksum(kTable.sql), server().sql("SELECT encode(checksum, 'hex') FROM latchkey_migrations", database));
        CPPUNIT_ASSERT_EQUAL(server().sql("SELECT encode(sha256(convert_to($$" + std::string(kTable.sql) + "$$, 'UTF8')), 'hex')"), pg::migrationChecksum(kTable.sql));
        CPPUNIT_ASSERT_EQUAL(std::string("164"), server().sql("SELECT count(*) FROM _sqlx_migrations", database));
    }

    void keepWhatSucceededBeforeOneThatFails() {
        if (!test::postgresAvailable()) return;
        const std::string database = referenceDatabase(server());
        const Own broken = {kTable, kBroken, kLast};
        const std::string text = refusal(server(), database, with(broken), kOwner);
        requireText(text, "migration 20270102000000 (broken): division by zero (SQLSTATE 22012)");
        CPPUNIT_ASSERT_EQUAL(std::string("20270101000000"), applied(database));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), server().sql("SELECT count(*) FROM pg_tables WHERE tablename IN ('latchkey_half', 'latchkey_last')", database));
        CPPUNIT_ASSERT(run(database, {kTable, kMended, kLast}) == Outcome::migrated);
        CPPUNIT_ASSERT_EQUAL(std::string("20270101000000,20270102000000,20270104000000"), applied(database));
    }

    void fillAGap() {
        if (!test::postgresAvailable()) return;
        const std::string database = referenceDatabase(server());
        CPPUNIT_ASSERT(run(database, {kLast}) == Outcome::migrated);
        const Own all = {kTable, kLast};
        CPPUNIT_ASSERT(inspect(server(), database, with(all)).pendingOwn == std::vector<std::int64_t>{kTable.version});
        CPPUNIT_ASSERT(run(database, all) == Outcome::migrated);
        CPPUNIT_ASSERT_EQUAL(std::string("20270101000000,20270104000000"), applied(database));
    }

    // The build waits for a transaction that is open, and loses its session there: the index stays behind, invalid.
    void goOnAfterAnInterruptedConcurrentIndex() {
        if (!test::postgresAvailable()) return;
        const std::string database = referenceDatabase(server());
        const Own own = {kIndex};
        const pg::MigrationSet set = with(own);
        pg::Connection reader = connectTo(server(), database);
        reader.script("snapshot", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM users");
        BackgroundMigration migration(server(), database, set, kOwner);
        const std::string builder = "SELECT pid FROM pg_stat_progress_create_index WHERE datname = '" + database + "' AND phase LIKE 'waiting%'";
        CPPUNIT_ASSERT(test::eventually([&] { return !server().sql(builder).empty(); }, 60'000));
        server().sql("SELECT pg_terminate_backend((" + builder + "))");
        requireText(migration.failure(), "migration 20270103000000 (index of creation): the connection to the database was lost");
        reader.script("end", "COMMIT");
        CPPUNIT_ASSERT_EQUAL(std::string("f"), server().sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'latchkey_users_idx'::regclass", database));
        CPPUNIT_ASSERT_EQUAL(std::string(), applied(database));
        CPPUNIT_ASSERT(inspect(server(), database, set).state == pg::SchemaState::changesPending);
        CPPUNIT_ASSERT(run(database, own) == Outcome::migrated);
        CPPUNIT_ASSERT_EQUAL(std::string("t"), server().sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'latchkey_users_idx'::regclass", database));
        CPPUNIT_ASSERT_EQUAL(std::string("20270103000000"), applied(database));
    }

    void areNotBoundByTheTimeoutsOfTheRole() {
        if (!test::postgresAvailable()) return;
        const std::string database = referenceDatabase(server());
        server().sql("ALTER ROLE mas IN DATABASE " + database + " SET statement_timeout = '10min'; ALTER ROLE mas IN DATABASE " + database + " SET default_transaction_isolation = 'serializable'");
        const Own own = {{20270101000000, "settings", "CREATE TABLE latchkey_settings AS SELECT current_setting('statement_timeout') AS patience, current_setting('transaction_isolation') AS isolation"}};
        CPPUNIT_ASSERT(run(database, own) == Outcome::migrated);
        CPPUNIT_ASSERT_EQUAL(std::string("0, read committed"), server().sql("SELECT patience || ', ' || isolation FROM latchkey_settings", database));
    }

    void areRefusedWhenModified() {
        if (!test::postgresAvailable()) return;
        const std::string database = referenceDatabase(server());
        run(database, {kTable});
        pg::Migration other = kTable;
        other.sql = "CREATE TABLE something_else (id int)";
        const Own changed = {other, kLast};
        const auto before = traces(server(), database);
        const std::string text = refusal(server(), database, with(changed), kOwner);
        requireText(text, "changes of this server that were applied (table latchkey_migrations) differ");
        requireText(text, "20270101000000 (expected " + pg::migrationChecksum(other.sql).substr(0, 16) + "…, found " + pg::migrationChecksum(kTable.sql).substr(0, 16));
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(before, traces(server(), database)));
    }

    void ofANewerReleaseAreWarnedOf() {
        if (!test::postgresAvailable()) return;
        const std::string database = referenceDatabase(server());
        run(database, {kTable, kLast});
        const auto before = traces(server(), database);
        LogCapture log;
        CPPUNIT_ASSERT(run(database, {kTable}) == Outcome::nothingToDo);
        requireText(log.text(), "a newer release of this server has applied its migration 20270104000000");
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(before, traces(server(), database)));
    }

    void areAskedForWithNoMigrate() {
        if (!test::postgresAvailable()) return;
        const std::string database = referenceDatabase(server());
        pg::Connection connection = connectTo(server(), database, kOwner);
        pg::Migrator(connection, with({})).requireCurrent();
        const Own own = {kTable};
        try {
            pg::Migrator(connection, with(own)).requireCurrent();
            CPPUNIT_FAIL("changes are pending");
        } catch (const Error& error) {
            requireText(error.what(), "changes pending");
            requireText(error.what(), "run `mas-cli database migrate`");
        }
    }

    static test::Postgres& server() { return test::Postgres::shared(); }
    static Outcome run(const std::string& database, const Own& own) { return migrate(server(), database, with(own), kOwner); }
    static std::string applied(const std::string& database) { return server().sql("SELECT string_agg(version::text, ',' ORDER BY version) FROM latchkey_migrations", database); }
};
CPPUNIT_TEST_SUITE_REGISTRATION(OwnChangesTest);

}  // namespace latchkey::migrations
