// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/reference_ledger.h"
#include "tests/migrations/catalog.h"
#include "tests/migrations/database.h"
#include "tests/migrations/log_capture.h"
#include "tests/migrations/reference_database.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <sstream>

namespace latchkey::migrations {

using Outcome = pg::Migrator::Outcome;

/// What MAS 1.21 has left is taken over as it is.
class AdoptionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdoptionTest);
    CPPUNIT_TEST(leavesAllThatIsThereOnEveryMajor);
    CPPUNIT_TEST(theSampleHasRowsInEveryTable);
    CPPUNIT_TEST(keepsEveryRowWhenChangesOfOursComeOnTop);
    CPPUNIT_TEST(acceptsEveryAlternateChecksum);
    CPPUNIT_TEST(doesNotReadSuccessNorExecutionTime);
    CPPUNIT_TEST(toleratesMigrationsThatMasTookBack);
    CPPUNIT_TEST(goesOnWithAWarningAfterANewerMas);
    CPPUNIT_TEST(worksInAnotherSchemaThatSearchPathNames);
    CPPUNIT_TEST(needsNoOwnershipWhereNothingIsToBeDone);
    CPPUNIT_TEST_SUITE_END();

    void leavesAllThatIsThereOnEveryMajor() {
        if (!test::postgresAvailable()) return;
        for (const auto& installation : test::postgresInstallations()) {
            test::Postgres& server = test::Postgres::shared(installation.major);
            const std::string on = "on PostgreSQL " + std::to_string(installation.major) + ":";
            const std::string database = referenceDatabase(server);
            CPPUNIT_ASSERT_EQUAL(on, on + difference(expectedCatalog(), catalogOf(server, database)));
            CPPUNIT_ASSERT(inspect(server, database).state == pg::SchemaState::changesPending);
            requireTakenOver(server, database, on);
            CPPUNIT_ASSERT_EQUAL(on, on + difference(expectedCatalog(), catalogOf(server, database)));
            CPPUNIT_ASSERT(inspect(server, database).state == pg::SchemaState::current);
            server.dropDatabase(database);
        }
    }

    void theSampleHasRowsInEveryTable() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = referenceDatabase(server);
        for (const std::string& table : pg::referenceTables()) {
            CPPUNIT_ASSERT_MESSAGE(table + " is empty", server.sql("SELECT count(*) FROM " + table, database) != "0");
        }
        CPPUNIT_ASSERT_EQUAL(std::string("6"), server.sql("SELECT count(DISTINCT status) FROM queue_jobs", database));
        CPPUNIT_ASSERT_EQUAL(kOwner, server.sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'", database));
        CPPUNIT_ASSERT_EQUAL(std::string("f"), server.sql("SELECT rolsuper FROM pg_roles WHERE rolname = '" + kOwner + "'"));
        server.dropDatabase(database);
    }

    void keepsEveryRowWhenChangesOfOursComeOnTop() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = referenceDatabase(server);
        const std::vector<pg::Migration> own = {{20270101000000, "a table of ours", "CREATE TABLE latchkey_notes (note text); ALTER TABLE users ADD COLUMN latchkey_note text"}};
        const pg::MigrationSet set{pg::kBaseline, pg::MigrationSet::shipped().reference, own};
        const auto places = [&] { return server.rows("SELECT ctid, xmin, user_id, username FROM users ORDER BY 1", database); };
        const auto users = places();
        const auto tokens = server.rows("SELECT ctid, xmin, * FROM oauth2_access_tokens ORDER BY 1", database);
        const auto ledger = server.rows("SELECT ctid, xmin, * FROM _sqlx_migrations ORDER BY 1", database);
        CPPUNIT_ASSERT(migrate(server, database, set, kOwner) == Outcome::migrated);
        CPPUNIT_ASSERT(users == places());
        CPPUNIT_ASSERT(tokens == server.rows("SELECT ctid, xmin, * FROM oauth2_access_tokens ORDER BY 1", database));
        CPPUNIT_ASSERT(ledger == server.rows("SELECT ctid, xmin, * FROM _sqlx_migrations ORDER BY 1", database));
        CPPUNIT_ASSERT_EQUAL(std::string("20270101000000"), server.sql("SELECT string_agg(version::text, ',') FROM latchkey_migrations", database));
        const auto after = traces(server, database);
        CPPUNIT_ASSERT(migrate(server, database, set, kOwner) == Outcome::nothingToDo);
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(after, traces(server, database)));
        server.dropDatabase(database);
    }

    // All 48 at once, each with other bytes after the 16 that are compared.
    void acceptsEveryAlternateChecksum() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = referenceDatabase(server);
        std::istringstream file{std::string(pg::kReferenceAlternates)};
        std::string sql;
        std::string version;
        std::string prefix;
        std::getline(file, version);
        while (file >> version >> prefix) sql += "UPDATE _sqlx_migrations SET checksum = '\\x" + prefix + std::string(64, '7') + "' WHERE version = " + version + ";";
        server.sql(sql, database);
        CPPUNIT_ASSERT_EQUAL(std::string("48"), server.sql("SELECT count(*) FROM _sqlx_migrations WHERE encode(checksum, 'hex') LIKE '%' || repeat('7', 64)", database));
        requireTakenOver(server, database);
    }

    void doesNotReadSuccessNorExecutionTime() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = referenceDatabase(server);
        server.sql("UPDATE _sqlx_migrations SET success = false, execution_time = -1 WHERE version % 3 = 0", database);
        requireTakenOver(server, database);
    }

    void toleratesMigrationsThatMasTookBack() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = referenceDatabase(server);
        server.sql("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) SELECT version, 'gone', true, '\\x00', 0 "
                   "FROM (VALUES (20220709210445), (20230330210841), (20230408110421)) AS removed (version)", database);
        LogCapture log;
        requireTakenOver(server, database);
        CPPUNIT_ASSERT_MESSAGE(log.text(), log.text().find("WARN") == std::string::npos);
    }

    void goesOnWithAWarningAfterANewerMas() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = referenceDatabase(server);
        server.sql("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (20990101000000, 'later', true, '\\x00', 0); "
                   "CREATE TABLE of_a_later_release (id int)", database);
        LogCapture log;
        requireTakenOver(server, database);
        requireText(log.text(), "db.schema_newer");
        requireText(log.text(), "20990101000000");
        requireText(log.text(), "newer than 1.21");
    }

    void worksInAnotherSchemaThatSearchPathNames() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = referenceDatabase(server);
        server.sql("ALTER SCHEMA public RENAME TO service; ALTER DATABASE " + database + " SET search_path = service", database);
        requireTakenOver(server, database);
        CPPUNIT_ASSERT_EQUAL(std::string("service"), server.sql("SELECT DISTINCT schemaname FROM pg_tables WHERE tablename LIKE 'latchkey%'", database));
    }

    void needsNoOwnershipWhereNothingIsToBeDone() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = referenceDatabase(server);
        CPPUNIT_ASSERT(migrate(server, database, pg::MigrationSet::shipped(), kOwner) == Outcome::migrated);
        server.createRole("service_only");
        server.sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO service_only", database);
        CPPUNIT_ASSERT(migrate(server, database, pg::MigrationSet::shipped(), "service_only") == Outcome::nothingToDo);
        server.dropDatabase(database);
    }

    // Tables of ours are added; no row, and no file of an object, is another afterwards. The second time nothing is written at all.
    static void requireTakenOver(test::Postgres& server, const std::string& database, const std::string& what = {}) {
        const auto rows = rowTraces(server, database);
        const auto objects = referenceObjects(server, database);
        CPPUNIT_ASSERT_MESSAGE(what, migrate(server, database, pg::MigrationSet::shipped(), kOwner) == Outcome::migrated);
        const auto after = rowTraces(server, database);
        CPPUNIT_ASSERT_MESSAGE(what, std::includes(after.begin(), after.end(), rows.begin(), rows.end()));
        CPPUNIT_ASSERT_EQUAL(what, what + difference(objects, referenceObjects(server, database)));
        const auto everything = traces(server, database);
        CPPUNIT_ASSERT_MESSAGE(what, migrate(server, database, pg::MigrationSet::shipped(), kOwner) == Outcome::nothingToDo);
        CPPUNIT_ASSERT_EQUAL(what, what + difference(everything, traces(server, database)));
    }

    // A foreign key that points at a table of the reference updates that table's row in pg_class, hence no xmin.
    static std::vector<std::string> referenceObjects(const test::Postgres& server, const std::string& database) {
        return server.rows("SELECT oid, relname, relowner, relkind, relfilenode FROM pg_class WHERE oid >= 16384 AND relnamespace = "
                           "(SELECT relnamespace FROM pg_class WHERE oid = '_sqlx_migrations'::regclass) AND relname NOT LIKE 'latchkey%' ORDER BY oid", database);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AdoptionTest);

}  // namespace latchkey::migrations
