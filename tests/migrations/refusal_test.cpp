// SPDX-License-Identifier: Apache-2.0
#include "tests/migrations/catalog.h"
#include "tests/migrations/database.h"
#include "tests/migrations/reference_database.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <thread>

namespace latchkey::migrations {

using pg::SchemaState;
using Parts = std::vector<std::string>;

/// Databases that cannot be used: each is told apart, and none is touched.
class RefusalTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RefusalTest);
    CPPUNIT_TEST(aModifiedChecksum);
    CPPUNIT_TEST(aChecksumThatNoAlternateMatches);
    CPPUNIT_TEST(aChecksumThatIsTooShort);
    CPPUNIT_TEST(anOlderDatabaseWhereverItStopped);
    CPPUNIT_TEST(aGapInTheLedger);
    CPPUNIT_TEST(anIndexThatWasNeverFinished);
    CPPUNIT_TEST(notAnIndexThatIsBeingBuilt);
    CPPUNIT_TEST(aTableThatIsMissing);
    CPPUNIT_TEST(aTableThatANewerMasRemoved);
    CPPUNIT_TEST(anImportThatHasNotEnded);
    CPPUNIT_TEST(tablesWithoutALedger);
    CPPUNIT_TEST(tablesOfSomebodyElse);
    CPPUNIT_TEST(aLedgerOfSomebodyElse);
    CPPUNIT_TEST(aLedgerInAnotherSchema);
    CPPUNIT_TEST(aSearchPathWithoutASchema);
    CPPUNIT_TEST(anotherEncoding);
    CPPUNIT_TEST(aRoleThatMayNotCreateOnAnyMajor);
    CPPUNIT_TEST(aLedgerThatTheRoleMayNotRead);
    CPPUNIT_TEST(aTypeThatIsInTheWay);
    CPPUNIT_TEST_SUITE_END();

    void aModifiedChecksum() {
        if (!test::postgresAvailable()) return;
        const std::string database = changed("UPDATE _sqlx_migrations SET checksum = set_byte(checksum, 47, get_byte(checksum, 47) # 1) WHERE version = 20221018142001");
        requireRefused(database, SchemaState::modified, {"20221018142001", "expected 2fa4936663b996f5", "differ from those of Matrix Authentication Service 1.21", "Restore a backup"});
    }

    void aChecksumThatNoAlternateMatches() {
        if (!test::postgresAvailable()) return;
        const std::string database = changed("UPDATE _sqlx_migrations SET checksum = set_byte(checksum, 0, get_byte(checksum, 0) # 1) WHERE version = 20250410000000");
        requireRefused(database, SchemaState::modified, {"20250410000000", "expected ", "differ from those"});
    }

    void aChecksumThatIsTooShort() {
        if (!test::postgresAvailable()) return;
        const std::string database = changed("UPDATE _sqlx_migrations SET checksum = substr(checksum, 1, 15) WHERE version = 20250410000000");
        requireRefused(database, SchemaState::modified, {"20250410000000", "only 15 bytes"});
    }

    void anOlderDatabaseWhereverItStopped() {
        if (!test::postgresAvailable()) return;
        for (const int kept : {1, 40, 100, 163}) {
            const std::string database = changed("DELETE FROM _sqlx_migrations WHERE version NOT IN (SELECT version FROM _sqlx_migrations ORDER BY version LIMIT " + std::to_string(kept) + ")");
            const std::string newest = server().sql("SELECT max(version) FROM _sqlx_migrations", database);
            requireRefused(database, SchemaState::older, {"before 1.21", std::to_string(164 - kept) + " of 164 migrations are missing", "the newest applied is " + newest, "Upgrade it first",
                                                          "`mas-cli database migrate` of Matrix Authentication Service 1.21"});
        }
    }

    void aGapInTheLedger() {
        if (!test::postgresAvailable()) return;
        const std::string database = changed("DELETE FROM _sqlx_migrations WHERE version = 20250410000000");
        requireRefused(database, SchemaState::halfApplied, {"1 of 164 migrations are missing (20250410000000) although newer ones are applied", "interrupted", "Finish it first"});
    }

    void anIndexThatWasNeverFinished() {
        if (!test::postgresAvailable()) return;
        const std::string database = changed("SELECT 1");
        CPPUNIT_ASSERT_THROW(server().sql("CREATE UNIQUE INDEX CONCURRENTLY users_broken_idx ON user_emails ((1))", database), std::runtime_error);
        requireRefused(database, SchemaState::halfApplied, {"indexes were never finished", "users_broken_idx", "REINDEX INDEX CONCURRENTLY \"users_broken_idx\";"}, false);
        server().sql("DELETE FROM user_emails WHERE email LIKE 'bob%'", database);
        server().sql("REINDEX INDEX CONCURRENTLY \"users_broken_idx\";", database);
        CPPUNIT_ASSERT(inspect(server(), database).state == SchemaState::changesPending);
        server().dropDatabase(database);
    }

    // An administrator builds one, and waits for a transaction that is open; the service starts meanwhile, as a role that may
    // not see what the administrator does.
    void notAnIndexThatIsBeingBuilt() {
        if (!test::postgresAvailable()) return;
        const std::string database = changed("SELECT 1");
        std::jthread builder;  // ends when the reader has gone, however the test ends
        pg::Connection reader = connectTo(server(), database);
        reader.script("snapshot", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM users");
        builder = std::jthread([&database] { server().sql("CREATE INDEX CONCURRENTLY users_slow_idx ON users (created_at)", database); });
        const bool building = test::eventually([&] { return server().sql("SELECT count(*) FROM pg_index WHERE NOT indisvalid", database) == "1"; }, 30'000);
        pg::Connection owner = connectTo(server(), database, kOwner);
        const pg::MigrationState state = pg::Migrator(owner, pg::MigrationSet::shipped()).inspect();
        reader.script("end", "COMMIT");
        builder.join();
        CPPUNIT_ASSERT(building);
        CPPUNIT_ASSERT_EQUAL(std::string(), state.problem);
    }

    void aTableThatIsMissing() {
        if (!test::postgresAvailable()) return;
        const std::string database = changed("DROP TABLE personal_access_tokens, user_terms");
        requireRefused(database, SchemaState::halfApplied, {"its ledger says that it is complete", "personal_access_tokens, user_terms", "Restore a backup"});
    }

    void aTableThatANewerMasRemoved() {
        if (!test::postgresAvailable()) return;
        const std::string database = changed("INSERT INTO _sqlx_migrations VALUES (20990101000000, 'later', now(), true, '\\x00', 0); DROP TABLE user_terms");
        requireRefused(database, SchemaState::halfApplied, {"a newer Matrix Authentication Service has migrated it (20990101000000)", "user_terms", "Go on with that server"});
    }

    void anImportThatHasNotEnded() {
        if (!test::postgresAvailable()) return;
        const std::string renamed = changed("ALTER TABLE users RENAME TO syn2mas__users");
        requireRefused(renamed, SchemaState::importUnfinished, {"an import from Synapse (syn2mas) has not ended", "syn2mas__users", "`mas-cli syn2mas migrate`"});
        for (const char* table : {"syn2mas_restore_constraints", "syn2mas_restore_indices"}) {
            requireRefused(changed("CREATE TABLE " + std::string(table) + " (name text)"), SchemaState::importUnfinished, {"syn2mas", table});
        }
    }

    void tablesWithoutALedger() {
        if (!test::postgresAvailable()) return;
        const std::string dropped = changed("DROP TABLE _sqlx_migrations");
        requireRefused(dropped, SchemaState::halfApplied, {"tables of Matrix Authentication Service", "no record of its migrations", "restore the table _sqlx_migrations"});
        const std::string emptied = changed("DELETE FROM _sqlx_migrations");
        requireRefused(emptied, SchemaState::halfApplied, {"no record of its migrations"});
    }

    void tablesOfSomebodyElse() {
        if (!test::postgresAvailable()) return;
        const std::string database = server().createDatabase({}, kOwner);
        server().sql("CREATE TABLE posts (id int); CREATE TABLE comments (id int); INSERT INTO posts VALUES (1)", database);
        requireRefused(database, SchemaState::foreign, {"neither empty nor a database of Matrix Authentication Service", "2 tables (comments, posts)", "createdb --owner=\"mas\" NAME"});
    }

    void aLedgerOfSomebodyElse() {
        if (!test::postgresAvailable()) return;
        const std::string database = changed("DELETE FROM _sqlx_migrations; INSERT INTO _sqlx_migrations VALUES (1, 'posts', now(), true, '\\x00', 0), (2, 'more', now(), true, '\\x01', 0)");
        requireRefused(database, SchemaState::foreign, {"_sqlx_migrations belongs to another program", "none of its 2 rows", "Use a database of its own"});
    }

    void aLedgerInAnotherSchema() {
        if (!test::postgresAvailable()) return;
        const std::string database = changed("ALTER SCHEMA public RENAME TO \"Auth\"; CREATE SCHEMA public AUTHORIZATION mas");
        const std::string command = "ALTER ROLE \"mas\" IN DATABASE \"" + database + "\" SET search_path = \"Auth\"";
        requireRefused(database, SchemaState::elsewhere, {"a ledger of migrations is in the schema Auth", "search_path of this role", command}, false);
        server().sql(command);
        CPPUNIT_ASSERT(migrate(server(), database, pg::MigrationSet::shipped(), kOwner) == pg::Migrator::Outcome::migrated);
        server().dropDatabase(database);
    }

    void aSearchPathWithoutASchema() {
        if (!test::postgresAvailable()) return;
        const std::string database = server().createDatabase({}, kOwner);
        server().sql("ALTER DATABASE " + database + " SET search_path = nowhere, neither");
        requireRefused(database, SchemaState::noSchema, {"its search_path (nowhere, neither) names no schema that exists", "ALTER ROLE \"mas\" SET search_path = public"});
    }

    void anotherEncoding() {
        if (!test::postgresAvailable()) return;
        server().createRole(kOwner);
        server().sql("CREATE DATABASE other_encoding OWNER mas TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'");
        requireRefused("other_encoding", SchemaState::empty, {"has the encoding SQL_ASCII and must have UTF8", "createdb --encoding=UTF8 --template=template0 --owner='mas' NAME"});
    }

    void aRoleThatMayNotCreateOnAnyMajor() {
        if (!test::postgresAvailable()) return;
        for (const auto& installation : test::postgresInstallations()) {
            test::Postgres& each = test::Postgres::shared(installation.major);
            const std::string database = each.createDatabase();
            each.createRole("stranger");
            if (installation.major < 15) each.sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database);  // as it is by default from 15 on
            const auto before = traces(each, database);
            const std::string text = refusal(each, database, pg::MigrationSet::shipped(), "stranger");
            requireText(text, "the role \"stranger\" may not create tables in the schema \"public\"");
            const std::string command = text.substr(text.find("ALTER DATABASE"));
            CPPUNIT_ASSERT_EQUAL(std::string(), difference(before, traces(each, database)));
            each.sql(command, database);
            CPPUNIT_ASSERT_MESSAGE(command, migrate(each, database, pg::MigrationSet::shipped(), "stranger") == pg::Migrator::Outcome::migrated);
            each.dropDatabase(database);
        }
    }

    void aLedgerThatTheRoleMayNotRead() {
        if (!test::postgresAvailable()) return;
        const std::string database = changed("SELECT 1");
        server().createRole("stranger");
        const auto before = traces(server(), database);
        const std::string text = refusal(server(), database, pg::MigrationSet::shipped(), "stranger");
        requireText(text, "permission denied for table _sqlx_migrations");
        requireText(text, "ALTER DATABASE");
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(before, traces(server(), database)));
        server().dropDatabase(database);
    }

    void aTypeThatIsInTheWay() {
        if (!test::postgresAvailable()) return;
        const std::string database = server().createDatabase({}, kOwner);
        server().sql("CREATE TYPE queue_job_status AS ENUM ('mine')", database);
        requireRefused(database, SchemaState::empty, {"creating the schema", "queue_job_status", "something of that name is there already"});
    }

    static test::Postgres& server() { return test::Postgres::shared(); }

    static std::string changed(const std::string& sql) {
        const std::string database = referenceDatabase(server());
        server().sql(sql, database);
        return database;
    }

    static void requireRefused(const std::string& database, SchemaState state, const Parts& parts, bool drop = true) {
        const auto before = traces(server(), database);
        const std::string text = refusal(server(), database, pg::MigrationSet::shipped(), kOwner);
        for (const std::string& part : parts) requireText(text, part);
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(before, traces(server(), database)));
        pg::Connection owner = connectTo(server(), database, kOwner);
        CPPUNIT_ASSERT_EQUAL(std::string(pg::stateName(state)), std::string(pg::stateName(pg::Migrator(owner, pg::MigrationSet::shipped()).inspect().state)));
        if (drop) server().dropDatabase(database);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RefusalTest);

}  // namespace latchkey::migrations
