// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/advisory_lock.h"
#include "tests/migrations/database.h"
#include "tests/migrations/processes/migrator_process.h"
#include "tests/migrations/reference_database.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdio>
#include <memory>
#include <unistd.h>

namespace latchkey::migrations {

using Object = Poco::JSON::Object::Ptr;

/// What `database status`, `database migrate --dry-run` and `doctor` say, on every major.
class CommandsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandsTest);
    CPPUNIT_TEST(tellOfAnEmptyDatabase);
    CPPUNIT_TEST(tellOfADatabaseOfTheReference);
    CPPUNIT_TEST(tellWhoHoldsTheMigrationLock);
    CPPUNIT_TEST(tellWhyADatabaseCannotBeUsed);
    CPPUNIT_TEST(tellWhatIsWrongWithTheExtension);
    CPPUNIT_TEST(refuseATransactionPooler);
    CPPUNIT_TEST(workThroughASessionPooler);
    CPPUNIT_TEST_SUITE_END();

    void tellOfAnEmptyDatabase() {
        onEveryMajor([](test::Postgres& server) {
            const std::string database = server.createDatabase({}, kOwner);
            const MigratorProcess cli(server, database);
            const std::string text = printed(cli, {"database", "status"});
            for (const char* part : {"PostgreSQL ", "empty", "the whole schema", "available, not created", "Migration lock    free", "Pooler            direct"}) requireText(text, part);
            requireText(text, "PostgreSQL " + std::to_string(server.major()));
            requireText(printed(cli, {"database", "migrate", "--dry-run"}), "Would create the schema in the empty database.");
            const std::string doctor = printed(cli, {"doctor"});
            requireText(doctor, "can be enabled by `mas-cli database migrate`");
            requireText(doctor, "the database is empty");
            CPPUNIT_ASSERT_EQUAL(std::string("0"), server.sql("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace", database));
            const Object json = status(cli, 0);
            CPPUNIT_ASSERT_EQUAL(server.major(), json->getValue<int>("server_version_number") / 10000);
            CPPUNIT_ASSERT_EQUAL(std::string("empty"), json->getObject("migrations")->getValue<std::string>("state"));
            CPPUNIT_ASSERT(json->getObject("migrations")->getValue<bool>("pending"));
            CPPUNIT_ASSERT(!json->getObject("pg_trgm")->getValue<bool>("installed") && json->getObject("pg_trgm")->getValue<bool>("available"));
            server.dropDatabase(database);
        });
    }

    void tellOfADatabaseOfTheReference() {
        onEveryMajor([](test::Postgres& server) {
            const std::string database = referenceDatabase(server);
            const MigratorProcess cli(server, database);
            requireText(printed(cli, {"database", "status"}), "Own changes       none applied");
            requireText(printed(cli, {"database", "migrate", "--dry-run"}), "20261125023215");
            cli.migrate();
            const std::string text = printed(cli, {"database", "status"});
            for (const char* part : {"public: up to date", "Pending           none", "in schema public", "encoding UTF8", "Role              mas"}) requireText(text, part);
            requireText(printed(cli, {"database", "migrate", "--dry-run"}), "Nothing to do");
            const std::string doctor = ofPostgres(printed(cli, {"doctor"}));
            for (const char* part : {"extension pg_trgm 1.", "encoding UTF8", "the database schema is up to date"}) requireText(doctor, part);
            requireText(doctor, "PostgreSQL " + std::to_string(server.major()));
            CPPUNIT_ASSERT_MESSAGE(doctor, doctor.find("FAIL") == std::string::npos);
            const Object json = status(cli, 0);
            const Object migrations = json->getObject("migrations");
            CPPUNIT_ASSERT(json->getValue<bool>("healthy") && migrations->getValue<bool>("usable") && !migrations->getValue<bool>("pending"));
            CPPUNIT_ASSERT(migrations->isNull("problem") && json->isNull("migration_lock"));
            CPPUNIT_ASSERT_EQUAL(database, json->getObject("database")->getValue<std::string>("name"));
            CPPUNIT_ASSERT_EQUAL(std::string("direct"), json->getObject("pooler")->getValue<std::string>("kind"));
            CPPUNIT_ASSERT_EQUAL(std::string("public"), json->getObject("pg_trgm")->getValue<std::string>("schema"));
            CPPUNIT_ASSERT(json->getObject("connections")->getValue<int>("limit") > json->getObject("connections")->getValue<int>("used"));
            server.dropDatabase(database);
        });
    }

    void tellWhoHoldsTheMigrationLock() {
        onEveryMajor([](test::Postgres& server) {
            const std::string database = server.createDatabase({}, kOwner);
            const MigratorProcess cli(server, database);
            pg::Connection holder = connectTo(server, database, kOwner);
            holder.script("lock", "SET application_name = 'a \"migrator\"'; SELECT pg_advisory_lock(" + std::to_string(pg::migrationLockKey(database)) + ")");
            const std::string pid = std::to_string(holder.backendPid());
            requireText(printed(cli, {"database", "status"}), "held by process " + pid + " of the database server (\"a \"migrator\"\", user mas, from local, connected since 2");
            const Object lock = status(cli, 0)->getObject("migration_lock");
            CPPUNIT_ASSERT_EQUAL(holder.backendPid(), lock->getValue<int>("pid"));
            CPPUNIT_ASSERT_EQUAL(std::string("a \"migrator\""), lock->getValue<std::string>("application_name"));
            CPPUNIT_ASSERT_EQUAL(std::string("mas"), lock->getValue<std::string>("user"));
        });
    }

    void tellWhyADatabaseCannotBeUsed() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = referenceDatabase(server);
        server.sql("DELETE FROM _sqlx_migrations WHERE version > 20250410000000", database);
        const MigratorProcess cli(server, database);
        const test::Finished text = cli.run({"database", "status"});
        CPPUNIT_ASSERT_EQUAL(1, text.code);
        for (const char* part : {"older than MAS 1.21", "Problem", "the newest applied is 20250410000000"}) requireText(text.output, part);
        const Object migrations = status(cli, 1)->getObject("migrations");
        requireText(migrations->getValue<std::string>("problem"), "Upgrade it first");
        const auto missing = server.sql("SELECT 164 - count(*) FROM _sqlx_migrations", database);
        CPPUNIT_ASSERT_EQUAL(missing, std::to_string(migrations->getArray("missing_reference_migrations")->size()));
        const test::Finished dry = cli.run({"database", "migrate", "--dry-run"});
        CPPUNIT_ASSERT_EQUAL(1, dry.code);
        requireText(dry.errors, "Upgrade it first");
        const test::Finished doctor = cli.run({"doctor", "--strict"});
        CPPUNIT_ASSERT_EQUAL(1, doctor.code);
        requireText(doctor.output, "FAIL  the database \"" + database + "\" cannot be used");
    }

    void tellWhatIsWrongWithTheExtension() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string apart = server.createDatabase({}, kOwner);
        server.sql("CREATE SCHEMA tools; CREATE EXTENSION pg_trgm SCHEMA tools", apart);
        const MigratorProcess cli(server, apart);
        requireText(printed(cli, {"database", "status"}), "in schema tools, where search_path does not look");
        requireText(printed(cli, {"doctor"}), "FAIL  extension pg_trgm is in schema tools, where search_path does not look");
        const std::string poor = server.createDatabase();
        server.sql("GRANT CREATE ON SCHEMA public TO mas", poor);
        const std::string doctor = printed(MigratorProcess(server, poor), {"doctor"});
        requireText(doctor, "FAIL  extension pg_trgm is not enabled, and role mas may not enable it");
        requireText(doctor, "CREATE EXTENSION IF NOT EXISTS pg_trgm");
    }

    void refuseATransactionPooler() {
        if (!test::postgresAvailable() || noPooler()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = server.createDatabase({}, kOwner);
        const Pooler pooler(server, "transaction");
        const MigratorProcess cli(pooler.uri(database));
        const test::Finished text = cli.run({"database", "status"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(text.errors, 1, text.code);
        requireText(text.output, "Pooler            transaction pooler");
        const Object verdict = status(cli, 1)->getObject("pooler");
        CPPUNIT_ASSERT(!verdict->getValue<bool>("usable"));
        const test::Finished refused = cli.run({"database", "migrate"});
        CPPUNIT_ASSERT_EQUAL(1, refused.code);
        requireText(refused.errors, "session");
        CPPUNIT_ASSERT_EQUAL(std::string("0"), server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database));
    }

    void workThroughASessionPooler() {
        if (!test::postgresAvailable() || noPooler()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = server.createDatabase({}, kOwner);
        const Pooler pooler(server, "session");
        const MigratorProcess cli(pooler.uri(database));
        cli.migrate();
        requireText(printed(cli, {"database", "status"}), "Pooler            session pooler");
        const Object json = status(cli, 0);
        CPPUNIT_ASSERT(json->getValue<bool>("healthy") && json->getObject("pooler")->getValue<bool>("usable"));
        requireText(printed(cli, {"doctor"}), "the database schema is up to date");
    }

    static constexpr const char* kPgbouncer = "/usr/sbin/pgbouncer";

    static bool noPooler() {
        if (::access(kPgbouncer, X_OK) == 0) return false;
        std::fputs("\nSKIPPED: no pgbouncer\n", stderr);
        return true;
    }

    class Pooler {
    public:
        Pooler(const test::Postgres& server, const std::string& mode) : port_(test::freePort()) {
            const std::string users = directory_.write("users.txt", "\"mas\" \"\"\n", 0644);
            const std::string file = directory_.write("pgbouncer.ini", "[databases]\n* = host=127.0.0.1 port=" + std::to_string(server.port()) +
                                                                           "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " + std::to_string(port_) +
                                                                           "\nunix_socket_dir =\nauth_type = trust\nauth_file = " + users + "\npool_mode = " + mode + "\n", 0644);
            test::Launch launch;
            launch.arguments = {kPgbouncer, file};
            launch.user = test::postgresUser();
            process_ = std::make_unique<test::Process>(launch);
            CPPUNIT_ASSERT_MESSAGE(process_->errors(), process_->await("process up", kLong));
        }
        std::string uri(const std::string& database) const { return "postgresql://mas@127.0.0.1:" + std::to_string(port_) + "/" + database; }

    private:
        test::TemporaryDirectory directory_;
        int port_;
        std::unique_ptr<test::Process> process_;
    };

    template <typename Check>
    static void onEveryMajor(Check&& check) {
        if (!test::postgresAvailable()) return;
        for (const auto& installation : test::postgresInstallations()) check(test::Postgres::shared(installation.major));
    }

    static std::string printed(const MigratorProcess& cli, const std::vector<std::string>& arguments) {
        const test::Finished finished = cli.run(arguments);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.output + finished.errors, 0, finished.code);
        return finished.output;
    }

    // What doctor says of the database. There is no homeserver here, and no worker, which it says too.
    static std::string ofPostgres(const std::string& doctor) {
        const auto begin = doctor.find("PostgreSQL\n");
        const auto end = doctor.find("Jobs\n");
        CPPUNIT_ASSERT_MESSAGE(doctor, begin < end && end != std::string::npos);
        return doctor.substr(begin, end - begin);
    }

    static Object status(const MigratorProcess& cli, int code) {
        const test::Finished finished = cli.run({"database", "status", "--json"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.output + finished.errors, code, finished.code);
        return Poco::JSON::Parser().parse(finished.output).extract<Object>();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CommandsTest);

}  // namespace latchkey::migrations
