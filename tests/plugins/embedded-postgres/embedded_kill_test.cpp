// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/embedded-postgres/embedded_fixture.h"

#include <csignal>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::embedded {

namespace fs = std::filesystem;

class EmbeddedKillTest : public EmbeddedFixture {
    CPPUNIT_TEST_SUITE(EmbeddedKillTest);
    CPPUNIT_TEST(startsAgainAPostgresThatWasKilled);
    CPPUNIT_TEST(postgresDoesNotOutliveAKilledServer);
    CPPUNIT_TEST(startsRightAfterAKilledServer);
    CPPUNIT_TEST(startsAfterServerAndPostgresWereKilled);
    CPPUNIT_TEST(endsAPostgresWhoseServerIsGone);
    CPPUNIT_TEST(takesAStalePidFileForWhatItIs);
    CPPUNIT_TEST(removesAHalfMadeDatabase);
    CPPUNIT_TEST(canBeKilledAtAnyMomentOfTheFirstRun);
    CPPUNIT_TEST_SUITE_END();

    void startsAgainAPostgresThatWasKilled() {
        const auto process = started();
        ask("CREATE TABLE kept AS SELECT 42 AS answer");
        for (int round = 1; round <= 3; ++round) {
            const pid_t pid = postmasterPid();
            ::kill(pid, SIGKILL);
            CPPUNIT_ASSERT_MESSAGE(process->errors(), test::eventually([&] { return process->count("embedded.running") == round + 1; }, kLong));
            CPPUNIT_ASSERT(postmasterPid() != pid);
            CPPUNIT_ASSERT_EQUAL(std::string("42"), ask("SELECT answer FROM kept"));
        }
        CPPUNIT_ASSERT_MESSAGE(process->errors(), process->count("embedded.died") >= 3);
        stop(*process);
        CPPUNIT_ASSERT(!postmaster());
    }

    void postgresDoesNotOutliveAKilledServer() {
        const auto process = started();
        const pid_t pid = postmasterPid();
        process->signal(SIGKILL);
        CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, process->wait(kLong).value_or(-1));
        CPPUNIT_ASSERT(test::eventually([&] { return !alive(pid); }, kLong));
    }

    void startsRightAfterAKilledServer() {
        auto process = started();
        ask("CREATE TABLE kept AS SELECT 42 AS answer");
        for (int round = 0; round < 3; ++round) {
            process->signal(SIGKILL);
            process->wait(kLong);
            process = started();
            CPPUNIT_ASSERT_EQUAL(std::string("42"), ask("SELECT answer FROM kept"));
        }
        stop(*process);
    }

    void startsAfterServerAndPostgresWereKilled() {
        const auto first = started();
        ask("CREATE TABLE kept AS SELECT 42 AS answer");
        const pid_t pid = postmasterPid();
        first->signal(SIGSTOP);  // so that it cannot start PostgreSQL again in between
        ::kill(pid, SIGKILL);
        first->signal(SIGKILL);
        first->wait(kLong);
        const auto second = started();
        CPPUNIT_ASSERT_EQUAL(std::string("42"), ask("SELECT answer FROM kept"));
        stop(*second);
    }

    // What pdeathsig cannot prevent: a postmaster that ignores it, here one that was stopped.
    void endsAPostgresWhoseServerIsGone() {
        const auto first = started();
        const pid_t pid = postmasterPid();
        ::kill(pid, SIGSTOP);
        first->signal(SIGKILL);
        first->wait(kLong);
        CPPUNIT_ASSERT(alive(pid));
        test::Process second(server());
        CPPUNIT_ASSERT_MESSAGE(second.errors(), second.await("embedded.orphan", kLong));
        ::kill(pid, SIGCONT);
        CPPUNIT_ASSERT_MESSAGE(second.errors(), second.await("Latchkey serves", kLong));
        CPPUNIT_ASSERT(postmasterPid() != pid);
        stop(second);
    }

    void takesAStalePidFileForWhatItIs() {
        stop(*started());
        // The number of a process that lives, but is none of PostgreSQL's.
        directory().write("data/pgdata/postmaster.pid", std::to_string(::getpid()) + "\n" + data_ + "/pgdata\n0\n5432\n\n\n\nready\n");
        stop(*started());
    }

    void removesAHalfMadeDatabase() {
        fs::create_directories(data_ + "/pgdata.new-abcdef/base");
        directory().write("data/pgdata.new-abcdef/PG_VERSION", "15\n");
        const auto process = started();
        CPPUNIT_ASSERT(answers());
        CPPUNIT_ASSERT(!fs::exists(data_ + "/pgdata.new-abcdef"));
        CPPUNIT_ASSERT_EQUAL(1, process->count("embedded.half_made"));
        stop(*process);
    }

    void canBeKilledAtAnyMomentOfTheFirstRun() {
        for (const int moment : {1, 15, 40, 80, 150, 250, 400, 550, 700}) {
            test::Process process(server());
            process.wait(moment);
            process.signal(SIGKILL);
            process.wait(kLong);
        }
        const auto process = started();
        CPPUNIT_ASSERT(answers());
        for (const auto& entry : fs::directory_iterator(data_)) {
            CPPUNIT_ASSERT_MESSAGE(entry.path().string(), !entry.path().filename().string().starts_with("pgdata.new"));
        }
        stop(*process);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EmbeddedKillTest);

}  // namespace latchkey::embedded
