// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/embedded-postgres/embedded_fixture.h"
#include "tests/support/postgres.h"

#include <csignal>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::embedded {

namespace fs = std::filesystem;

class EmbeddedLifeTest : public EmbeddedFixture {
    CPPUNIT_TEST_SUITE(EmbeddedLifeTest);
    CPPUNIT_TEST(makesADatabaseAndServesIt);
    CPPUNIT_TEST(leavesOthersOut);
    CPPUNIT_TEST(keepsItsDataFromOneStartToTheNext);
    CPPUNIT_TEST(refusesASecondServer);
    CPPUNIT_TEST(commandsUseTheDatabaseOfARunningServer);
    CPPUNIT_TEST(commandsStartTheDatabaseForThemselves);
    CPPUNIT_TEST(stopsDuringTheStart);
    CPPUNIT_TEST(runsAsAnOrdinaryUser);
    CPPUNIT_TEST(asRootUsesTheOwnerOfTheDirectory);
    CPPUNIT_TEST(putsTheSocketOfALongPathElsewhere);
    CPPUNIT_TEST(worksWithEveryInstalledMajor);
    CPPUNIT_TEST_SUITE_END();

    void makesADatabaseAndServesIt() {
        const auto process = started();
        const std::pair<const char*, const char*> expected[] = {
            {"SHOW server_encoding", "UTF8"}, {"SHOW data_checksums", "on"}, {"SHOW listen_addresses", ""}, {"SHOW lc_collate", "C.UTF-8"},
            {"SELECT rolsuper FROM pg_roles WHERE rolname = current_user", "f"},
            {"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()", kRole},
            {"CREATE EXTENSION pg_trgm; SELECT extname FROM pg_extension WHERE extname = 'pg_trgm'", "pg_trgm"},
        };
        for (const auto& [sql, answer] : expected) CPPUNIT_ASSERT_EQUAL_MESSAGE(sql, std::string(answer), ask(sql));
        for (const char* name : {"/pgdata", "/run"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 0700U, modeOf(data_ + name));
        for (const char* name : {"/config.yaml", "/lock"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 0600U, modeOf(data_ + name));
        CPPUNIT_ASSERT_EQUAL(0U, modeOf(data_) & 07U);
        const pid_t pid = postmasterPid();
        stop(*process);
        CPPUNIT_ASSERT(!alive(pid));
    }

    void leavesOthersOut() {
        if (::geteuid() != 0) return skip("needs root, to be somebody else");
        const auto process = started();
        // Even where the directories were opened, PostgreSQL asks the system who comes.
        for (const std::string& path : {data_, data_ + "/run"}) CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0777));
        CPPUNIT_ASSERT_EQUAL(0, ::chmod((data_ + "/run/.s.PGSQL.5432").c_str(), 0777));
        test::Launch psql;
        psql.arguments = {"/usr/bin/psql", "-h", data_ + "/run", "-U", kRole, "-c", "SELECT 1", kDatabase};
        psql.user = 65534;
        const test::Finished finished = test::run(psql);
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.code != 0 && finished.errors.find("eer authentication failed") != std::string::npos);
        CPPUNIT_ASSERT(answers());
        CPPUNIT_ASSERT_EQUAL(0, ::chmod((data_ + "/run").c_str(), 0700));
        stop(*process);
    }

    void keepsItsDataFromOneStartToTheNext() {
        const auto first = started();
        ask("CREATE TABLE kept AS SELECT 42 AS answer");
        const std::string configuration = test::readText(data_ + "/config.yaml");
        stop(*first);
        const auto second = started();
        CPPUNIT_ASSERT_EQUAL(std::string("42"), ask("SELECT answer FROM kept"));
        CPPUNIT_ASSERT_EQUAL(configuration, test::readText(data_ + "/config.yaml"));
        CPPUNIT_ASSERT_EQUAL(0, second->count("embedded.create "));
        stop(*second);
    }

    void refusesASecondServer() {
        const auto first = started();
        for (const test::Launch& second : {server(), launch({"-c", data_ + "/config.yaml", "server"})}) {
            const test::Finished finished = test::run(second);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 1, finished.code);
            const std::string expected = "the process " + std::to_string(first->pid()) + " already serves";
            CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find(expected) != std::string::npos);
        }
        CPPUNIT_ASSERT(answers());
        stop(*first);
    }

    void commandsUseTheDatabaseOfARunningServer() {
        const auto process = started();
        const pid_t pid = postmasterPid();
        const test::Finished finished = test::run(doctor());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.code);
        CPPUNIT_ASSERT_MESSAGE(finished.output, finished.output.find("running as process " + std::to_string(pid)) != std::string::npos);
        CPPUNIT_ASSERT(answers());
        CPPUNIT_ASSERT_EQUAL(pid, postmasterPid());
        stop(*process);
    }

    void commandsStartTheDatabaseForThemselves() {
        stop(*started());
        test::Process first(doctor());
        test::Process second(doctor());  // waits for the first one
        for (test::Process* each : {&first, &second}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each->errors(), 0, each->wait(kLong).value_or(-1));
            CPPUNIT_ASSERT_MESSAGE(each->output(), each->output().find("running as process") != std::string::npos);
        }
        CPPUNIT_ASSERT(!postmaster());
    }

    void stopsDuringTheStart() {
        test::Process process(server());
        CPPUNIT_ASSERT_MESSAGE(process.errors(), process.await("embedded.create ", kLong));
        process.signal(SIGTERM);
        CPPUNIT_ASSERT_MESSAGE(process.errors(), process.wait(kLong).has_value());
        CPPUNIT_ASSERT(test::eventually([&] { return !postmaster(); }, kLong));
        stop(*started());
    }

    void runsAsAnOrdinaryUser() {
        if (::geteuid() != 0) return skip("this user is an ordinary one already");
        user_ = 65534;
        fs::create_directory(data_);
        CPPUNIT_ASSERT_EQUAL(0, ::chown(data_.c_str(), 65534, 65534));
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(data_.c_str(), 0700));
        const auto process = started();
        CPPUNIT_ASSERT(answers());  // root may come, too
        CPPUNIT_ASSERT_EQUAL_MESSAGE(process->errors(), 0, test::run(doctor()).code);
        stop(*process);
    }

    void asRootUsesTheOwnerOfTheDirectory() {
        if (::geteuid() != 0) return skip("needs root");
        runsAsAnOrdinaryUser();
        user_.reset();
        const auto byRoot = started();
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(("/proc/" + std::to_string(postmasterPid())).c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(uid_t{65534}, info.st_uid);
        CPPUNIT_ASSERT(answers());
        stop(*byRoot);
        user_ = 65534;  // and the owner can go on afterwards
        stop(*started());
    }

    void putsTheSocketOfALongPathElsewhere() {
        data_ = directory() / std::string(60, 'a') + "/" + std::string(60, 'b');
        const auto process = started();
        CPPUNIT_ASSERT_EQUAL(1, process->count("embedded.long_path"));
        const Session session(socketDirectory(Paths{data_}));
        CPPUNIT_ASSERT_MESSAGE(session.error(), session.ok());
        CPPUNIT_ASSERT_EQUAL(0700U, modeOf(socketDirectory(Paths{data_})));
        const test::Finished finished = test::run(doctor());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.code);
        stop(*process);
        fs::remove_all(socketDirectory(Paths{data_}));
    }

    void worksWithEveryInstalledMajor() {
        for (const test::PostgresInstallation& each : test::postgresInstallations()) {
            const std::string major = std::to_string(each.major);
            const std::string file = directory().write("own.yaml", "database: {embedded: {data_dir: " + data_ + major + ", bin_dir: " + each.bin + "}}\n");
            const test::Finished finished = test::run(launch({"-c", file, "doctor"}), kLong);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(major + ": " + finished.errors, 0, finished.code);
            CPPUNIT_ASSERT_MESSAGE(finished.output, finished.output.find("PostgreSQL " + major + " (" + each.bin + ")") != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(finished.output, finished.output.find("running as process") != std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EmbeddedLifeTest);

}  // namespace latchkey::embedded
