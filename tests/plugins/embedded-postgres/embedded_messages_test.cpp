// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/embedded-postgres/embedded_fixture.h"

#include <csignal>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::embedded {

namespace fs = std::filesystem;

class EmbeddedMessagesTest : public EmbeddedFixture {
    CPPUNIT_TEST_SUITE(EmbeddedMessagesTest);
    CPPUNIT_TEST(namesBothVersionsOfAForeignDatabase);
    CPPUNIT_TEST(saysWhatIsMissingWithoutPostgres);
    CPPUNIT_TEST(saysWhichDirectoryIsClosed);
    CPPUNIT_TEST(reportsABrokenDatabaseWithPostgresWords);
    CPPUNIT_TEST(doctorKnowsTheDatabase);
    CPPUNIT_TEST_SUITE_END();

    void namesBothVersionsOfAForeignDatabase() {
        stop(*started());
        const std::string ours = test::readText(data_ + "/pgdata/PG_VERSION");
        directory().write("data/pgdata/PG_VERSION", "11\n");
        const test::Finished finished = test::run(server());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 1, finished.code);
        for (const std::string& part : {std::string("made by PostgreSQL 11"), "PostgreSQL " + ours.substr(0, ours.find('\n')), std::string("postgresql-11"), std::string("pg_upgrade")}) {
            CPPUNIT_ASSERT_MESSAGE(part + " in: " + finished.errors, finished.errors.find(part) != std::string::npos);
        }
    }

    void saysWhatIsMissingWithoutPostgres() {
        const std::string file = directory().write("own.yaml", "database: {embedded: {data_dir: " + data_ + ", bin_dir: /nowhere}}\n");
        const test::Finished finished = test::run(launch({"-c", file, "server"}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 1, finished.code);
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find("no initdb and postgres to run in /nowhere") != std::string::npos);
    }

    void saysWhichDirectoryIsClosed() {
        if (::geteuid() != 0) return skip("needs root");
        fs::create_directory(directory() / "closed");
        CPPUNIT_ASSERT_EQUAL(0, ::chmod((directory() / "closed").c_str(), 0700));
        data_ = directory() / "closed/data";
        const test::Finished finished = test::run(server());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 1, finished.code);
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find("cannot enter " + data_) != std::string::npos);
    }

    void reportsABrokenDatabaseWithPostgresWords() {
        stop(*started());
        fs::remove(data_ + "/pgdata/global/pg_control");
        const test::Finished finished = test::run(server());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 1, finished.code);
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find("pg_control") != std::string::npos);
    }

    void doctorKnowsTheDatabase() {
        stop(*started());
        CPPUNIT_ASSERT_EQUAL(0, ::chmod((data_ + "/config.yaml").c_str(), 0644));
        const test::Finished finished = test::run(doctor());
        for (const std::string& part : {"data directory " + data_, std::string("running as process"), std::string("MiB free"), std::string("can be read by others")}) {
            CPPUNIT_ASSERT_MESSAGE(part + " in: " + finished.output, finished.output.find(part) != std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EmbeddedMessagesTest);

}  // namespace latchkey::embedded
