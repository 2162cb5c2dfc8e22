// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/load.h"
#include "tests/e2e/server.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::e2e {

class DatabaseFaultsTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(DatabaseFaultsTest);
    CPPUNIT_TEST(survivesARestartOfTheDatabaseUnderLoad);
    CPPUNIT_TEST(survivesItsSessionsBeingTerminated);
    CPPUNIT_TEST(survivesTheConnectionLimit);
    CPPUNIT_TEST(namesTheConnectionLimitAtTheStart);
    CPPUNIT_TEST(withoutMigratingRefusesAnEmptyDatabase);
    CPPUNIT_TEST(migratesByCommandOnceAndOnce);
    CPPUNIT_TEST(saysWhatIsWrongWithTheConnection);
    CPPUNIT_TEST(aFullDiskIsNamedAndPasses);
    CPPUNIT_TEST_SUITE_END();

    void survivesARestartOfTheDatabaseUnderLoad() {
        Database database;
        configure(database.uri(database.create()));
        const auto server = started();
        Load load(port(), "/health", 8);
        CPPUNIT_ASSERT(load.awaitMore(200, 100, kLong));
        for (int round = 0; round < 2; ++round) {
            database.stop();
            CPPUNIT_ASSERT_MESSAGE(server->errors(), load.awaitMore(503, 20, kLong));
            CPPUNIT_ASSERT(server->running());
            database.start();
            CPPUNIT_ASSERT_MESSAGE(server->errors(), load.awaitMore(200, 100, kLong));
        }
        const Load::Counts counts = load.stop();
        CPPUNIT_ASSERT_EQUAL(0, counts.withoutRetryAfter);
        CPPUNIT_ASSERT_EQUAL(0, counts.cut);
        CPPUNIT_ASSERT_EQUAL(0, counts.refused);
        CPPUNIT_ASSERT_EQUAL(counts.answered(), counts.status(200) + counts.status(503));
        stop(*server);
    }

    void survivesItsSessionsBeingTerminated() {
        Database& database = Database::shared();
        const std::string name = database.create();
        configure(database.uri(name));
        const auto server = started();
        Load load(port(), "/health", 8);
        CPPUNIT_ASSERT(load.awaitMore(200, 100, kLong));
        for (int round = 0; round < 10; ++round) {
            database.endSessions(name);
            CPPUNIT_ASSERT_MESSAGE(server->errors(), load.awaitMore(200, 50, kLong));
        }
        const Load::Counts counts = load.stop();
        CPPUNIT_ASSERT_EQUAL(counts.answered(), counts.status(200) + counts.status(503));
        CPPUNIT_ASSERT_EQUAL(0, counts.withoutRetryAfter + counts.cut + counts.refused);
        CPPUNIT_ASSERT_EQUAL(200, health());
        stop(*server);
    }

    void survivesTheConnectionLimit() {
        Database database;
        const std::string name = database.create();
        configure(database.uri(name));
        const auto server = started();
        database.admin("ALTER ROLE mas CONNECTION LIMIT 0; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'mas'");
        Load load(port(), "/health", 8);
        CPPUNIT_ASSERT_MESSAGE(server->errors(), load.awaitMore(503, 10, kLong));
        CPPUNIT_ASSERT(server->running());
        database.admin("ALTER ROLE mas CONNECTION LIMIT -1");
        CPPUNIT_ASSERT_MESSAGE(server->errors(), load.awaitMore(200, 100, kLong));
        CPPUNIT_ASSERT_EQUAL(0, load.stop().withoutRetryAfter);
        stop(*server);
    }

    void namesTheConnectionLimitAtTheStart() {
        Database database;
        const std::string name = database.create();
        database.admin("ALTER ROLE mas CONNECTION LIMIT 0");
        configure(database.uri(name));
        const test::Finished finished = run({"server"});
        requireCode(1, finished);
        requireHolds(finished.errors, "too many connections");
    }

    void withoutMigratingRefusesAnEmptyDatabase() {
        Database& database = Database::shared();
        const std::string name = database.create();
        configure(database.uri(name));
        const test::Finished finished = run({"server", "--no-migrate"});
        requireCode(1, finished);
        requireHolds(finished.errors, "mas-cli database migrate");
        CPPUNIT_ASSERT_EQUAL(std::string("0"), database.admin("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", name));
        requireCode(0, run({"database", "migrate"}));
        const auto server = started(launch({"server", "--no-migrate"}));
        CPPUNIT_ASSERT_EQUAL(200, health());
        stop(*server);
    }

    void migratesByCommandOnceAndOnce() {
        Database& database = Database::shared();
        const std::string name = database.create();
        configure(database.uri(name));
        requireCode(0, run({"database", "migrate"}));
        const std::string tables = database.admin("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", name);
        requireCode(0, run({"database", "migrate"}));
        CPPUNIT_ASSERT_EQUAL(tables, database.admin("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", name));
        CPPUNIT_ASSERT_EQUAL(std::string("164"), database.admin("SELECT count(*) FROM _sqlx_migrations", name));
        const test::Finished status = run({"database", "status", "--json"});
        requireCode(0, status);
        requireHolds(status.output, "{");
    }

    void saysWhatIsWrongWithTheConnection() {
        Database& database = Database::shared();
        const std::string base = "127.0.0.1:" + std::to_string(database.port());
        const std::string name = database.create();
        const std::pair<std::string, const char*> cases[] = {
            {"postgresql://mas:wrong-password@" + base + "/" + name, "password"},
            {"postgresql://nobody:x@" + base + "/" + name, "nobody"},
            {database.uri("absent"), "absent"},
            {"postgresql://mas:x@127.0.0.1:" + std::to_string(test::freePort()) + "/mas", "127.0.0.1"},
            {database.uri(name) + "?sslmode=require", "SSL"},
        };
        for (const auto& [uri, part] : cases) {
            configure(uri);
            const test::Finished finished = run({"server"});
            requireCode(1, finished);
            requireHolds(finished.errors, part);
            requireLacks(finished.errors, "wrong-password");
            requireLacks(finished.errors, kPassword);
        }
    }

    // A small disk of its own for the cluster, filled to the brim.
    void aFullDiskIsNamedAndPasses() {
        const std::string disk = directory() / "disk";
        std::filesystem::create_directory(disk);
        if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=120m,mode=755") != 0) return skip("mounting a small disk is not permitted");
        const std::shared_ptr<void> unmount(nullptr, [&](void*) { ::umount2(disk.c_str(), MNT_DETACH); });
        test::PostgresOptions options;
        options.settings = {"max_wal_size=32MB", "min_wal_size=32MB"};
        options.parent = disk;
        Database database(options);
        const std::string name = database.create();
        configure(database.uri(name));
        fill(disk + "/ballast");
        const test::Finished full = run({"database", "migrate"});
        requireCode(1, full);
        CPPUNIT_ASSERT_MESSAGE(full.errors, full.errors.find("disk") != std::string::npos || full.errors.find("space") != std::string::npos);
        std::filesystem::remove(disk + "/ballast");
        CPPUNIT_ASSERT(test::eventually([&] { return run({"database", "migrate"}).code == 0; }, kLong));
        const auto server = started();
        CPPUNIT_ASSERT_EQUAL(200, health());
        stop(*server);
    }

    static void fill(const std::string& file) {
        std::ofstream ballast(file);
        const std::string block(65536, 'x');
        while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseFaultsTest);

}  // namespace latchkey::e2e
