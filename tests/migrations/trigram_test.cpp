// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/trigram.h"
#include "tests/migrations/catalog.h"
#include "tests/migrations/database.h"
#include "tests/migrations/reference_database.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <filesystem>

namespace latchkey::migrations {

namespace fs = std::filesystem;
using Outcome = pg::Migrator::Outcome;

/// pg_trgm, which three indexes need.
class TrigramTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TrigramTest);
    CPPUNIT_TEST(anOwnerWhoIsNoSuperuserCreatesItOnEveryMajor);
    CPPUNIT_TEST(theCommandForTheAdministratorWorksOnEveryMajor);
    CPPUNIT_TEST(isUsedWhereItIsAlready);
    CPPUNIT_TEST(isUsedInAnotherSchemaWithinReach);
    CPPUNIT_TEST(isMovedByTheCommandWhenOutOfReach);
    CPPUNIT_TEST(aServerWithoutItsFilesIsNamed);
    CPPUNIT_TEST_SUITE_END();

    void anOwnerWhoIsNoSuperuserCreatesItOnEveryMajor() {
        if (!test::postgresAvailable()) return;
        for (const auto& installation : test::postgresInstallations()) {
            test::Postgres& server = test::Postgres::shared(installation.major);
            const std::string database = server.createDatabase({}, kOwner);
            const std::string on = "on PostgreSQL " + std::to_string(installation.major) + ":";
            CPPUNIT_ASSERT_EQUAL(std::string("f"), server.sql("SELECT rolsuper FROM pg_roles WHERE rolname = '" + kOwner + "'"));
            CPPUNIT_ASSERT_MESSAGE(on, migrateAsOwner(server, database) == Outcome::migrated);
            CPPUNIT_ASSERT_EQUAL(on, on + difference(expectedCatalog(), catalogOf(server, database)));
            server.dropDatabase(database);
        }
    }

    void theCommandForTheAdministratorWorksOnEveryMajor() {
        if (!test::postgresAvailable()) return;
        for (const auto& installation : test::postgresInstallations()) {
            test::Postgres& server = test::Postgres::shared(installation.major);
            const std::string database = server.createDatabase();
            server.createRole(kOwner);
            server.sql("GRANT CREATE ON SCHEMA public TO mas; REVOKE CREATE, TEMPORARY ON DATABASE " + database + " FROM PUBLIC", database);
            const auto before = traces(server, database);
            const std::string text = refusal(server, database, pg::MigrationSet::shipped(), kOwner);
            requireText(text, "the role \"mas\" may not create the extension pg_trgm");
            requireText(text, "GRANT CREATE ON DATABASE \"" + database + "\" TO \"mas\"");
            CPPUNIT_ASSERT_EQUAL(std::string(), difference(before, traces(server, database)));
            obey(text, "CREATE EXTENSION IF NOT EXISTS pg_trgm");
            CPPUNIT_ASSERT(migrateAsOwner(server, database) == Outcome::migrated);
            server.dropDatabase(database);
        }
    }

    void isUsedWhereItIsAlready() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = server.createDatabase({}, kOwner);
        server.sql("CREATE EXTENSION pg_trgm; REVOKE CREATE ON DATABASE " + database + " FROM mas", database);
        CPPUNIT_ASSERT(migrateAsOwner(server, database) == Outcome::migrated);
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(expectedCatalog(), catalogOf(server, database)));
        server.dropDatabase(database);
    }

    void isUsedInAnotherSchemaWithinReach() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = server.createDatabase({}, kOwner);
        server.sql("CREATE SCHEMA tools; GRANT USAGE ON SCHEMA tools TO mas; CREATE EXTENSION pg_trgm SCHEMA tools; ALTER DATABASE " + database + " SET search_path = public, tools", database);
        CPPUNIT_ASSERT(migrateAsOwner(server, database) == Outcome::migrated);
        CPPUNIT_ASSERT_EQUAL(std::string("\n- extension\t\tpg_trgm\t\tschema=public\n+ extension\t\tpg_trgm\t\tschema=tools"), difference(expectedCatalog(), withoutSchema(catalogOf(server, database))));
        server.dropDatabase(database);
    }

    void isMovedByTheCommandWhenOutOfReach() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = server.createDatabase({}, kOwner);
        server.sql("CREATE SCHEMA \"My tools\"; CREATE EXTENSION pg_trgm SCHEMA \"My tools\"", database);
        const auto before = traces(server, database);
        const std::string text = refusal(server, database, pg::MigrationSet::shipped(), kOwner);
        requireText(text, "pg_trgm is installed in the schema \"My tools\", where the search_path of the role \"mas\" does not look");
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(before, traces(server, database)));
        obey(text, "ALTER EXTENSION pg_trgm SET SCHEMA");
        CPPUNIT_ASSERT(migrateAsOwner(server, database) == Outcome::migrated);
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(expectedCatalog(), catalogOf(server, database)));
        server.dropDatabase(database);
    }

    // A server that was installed without the contrib modules: a copy of one, made of links, that lacks the extension.
    void aServerWithoutItsFilesIsNamed() {
        if (!test::postgresAvailable()) return;
        const auto whole = relocatable();
        if (!whole) {
            std::fputs("\nSKIPPED: no PostgreSQL below the download directory to take a copy of\n", stderr);
            return;
        }
        const test::TemporaryDirectory directory;
        copyWithoutTrigram(fs::path(whole->bin).parent_path(), fs::path(directory.path()) / std::to_string(whole->major));
        const Environment environment("LATCHKEY_PG_DIR", directory.path());
        test::Postgres server({.major = whole->major, .settings = {}, .parent = {}});
        const std::string database = server.createDatabase({}, kOwner);
        const auto before = traces(server, database);
        const std::string text = refusal(server, database, pg::MigrationSet::shipped(), kOwner);
        requireText(text, "the database server does not have the extension pg_trgm");
        requireText(text, "apt-get install postgresql-" + std::to_string(whole->major));
        CPPUNIT_ASSERT_EQUAL(std::string(), difference(before, traces(server, database)));
        pg::Connection connection = connectTo(server, database);
        CPPUNIT_ASSERT(!pg::trigramState(connection).available);
    }

    static Outcome migrateAsOwner(test::Postgres& server, const std::string& database) { return migrate(server, database, pg::MigrationSet::shipped(), kOwner); }

    // Does what the message says, word by word.
    static void obey(const std::string& text, const std::string& part) {
        const std::size_t begin = text.find("psql --host=");
        CPPUNIT_ASSERT_MESSAGE(text, begin != std::string::npos);
        std::size_t end = text.find("--command='", begin) + 11;
        end = text.find('\'', end) + 1;
        const std::string command = text.substr(begin, end - begin);
        requireText(command, part);
        const test::Finished finished = test::run({.arguments = {"/bin/sh", "-c", command}, .environment = {}, .user = {}, .descriptors = {}, .limits = {}});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(command + ": " + finished.errors, 0, finished.code);
    }

    // Operator classes are written with their schema when it is not the first one.
    static std::vector<std::string> withoutSchema(std::vector<std::string> lines) {
        for (std::string& line : lines) {
            if (const auto at = line.find("tools."); at != std::string::npos) line.erase(at, 6);
        }
        return lines;
    }

    static std::optional<test::PostgresInstallation> relocatable() {
        for (const auto& each : test::postgresInstallations()) {
            if (!each.bin.starts_with("/usr/")) return each;
        }
        return std::nullopt;
    }

    static void linkAll(const fs::path& from, const fs::path& to) {
        fs::create_directories(to);
        for (const auto& entry : fs::directory_iterator(from)) fs::create_symlink(entry.path(), to / entry.path().filename());
    }

    // PostgreSQL finds its files from the place of its program, symbolic links resolved: that one is copied.
    static void copyWithoutTrigram(const fs::path& from, const fs::path& to) {
        fs::create_directories(to / "share");
        fs::copy(from / "bin", to / "bin", fs::copy_options::recursive);
        fs::create_symlink(from / "lib", to / "lib");
        const fs::path share = fs::path("share") / "postgresql";
        linkAll(from / share, to / share);
        fs::remove(to / share / "extension");
        linkAll(from / share / "extension", to / share / "extension");
        CPPUNIT_ASSERT(fs::remove(to / share / "extension" / "pg_trgm.control"));
    }

    class Environment {
    public:
        Environment(const char* name, const std::string& value) : name_(name) {
            if (const char* before = std::getenv(name)) before_ = before;
            ::setenv(name, value.c_str(), 1);
        }
        ~Environment() {
            if (before_) ::setenv(name_, before_->c_str(), 1);
            else ::unsetenv(name_);
        }
        Environment(const Environment&) = delete;
        Environment& operator=(const Environment&) = delete;

    private:
        const char* name_;
        std::optional<std::string> before_;
    };
};
CPPUNIT_TEST_SUITE_REGISTRATION(TrigramTest);

}  // namespace latchkey::migrations
