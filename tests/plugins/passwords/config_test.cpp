// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/yaml.h"
#include "kernel/config/section.h"
#include "plugins/passwords/config.h"
#include "plugins/passwords/generator.h"
#include "plugins/passwords/hasher.h"
#include "tests/support/temporary_directory.h"

namespace latchkey::passwords {

namespace {

struct Read {
    config::Tree tree;
    config::Problems problems;
    PasswordConfig config;

    explicit Read(const std::string& yaml) {
        tree.merge(config::parseYaml(yaml, "test.yaml", problems));
        config = PasswordConfig::parse(config::Section(tree, problems));
    }
};

struct Row {
    const char* name;
    const char* yaml;
    const char* path;
    const char* message;
};

}  // namespace

class PasswordConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PasswordConfigTest);
    CPPUNIT_TEST(hasTheReferencesDefaults);
    CPPUNIT_TEST(readsAllOfIt);
    CPPUNIT_TEST(locatesEveryMistake);
    CPPUNIT_TEST(looksAtNothingWhenSwitchedOff);
    CPPUNIT_TEST(readsPeppersFromFilesAsTheyAre);
    CPPUNIT_TEST(generatesWhatItReads);
    CPPUNIT_TEST_SUITE_END();

    void hasTheReferencesDefaults() {
        const Read read("{}");
        CPPUNIT_ASSERT(!read.problems.failed());
        CPPUNIT_ASSERT(read.config.enabled);
        CPPUNIT_ASSERT_EQUAL(3, read.config.minimumComplexity);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), read.config.schemes.size());
        CPPUNIT_ASSERT_EQUAL(1, read.config.schemes[0].version);
        CPPUNIT_ASSERT(read.config.schemes[0].algorithm == Algorithm::argon2id);
        CPPUNIT_ASSERT(read.config.threads >= 1);
    }

    void readsAllOfIt() {
        const Read read("passwords: {minimum_complexity: 4, hashing_threads: 3, hashing_queue: 40, schemes: [{version: 1, algorithm: bcrypt, cost: 10, unicode_normalization: true, secret: s}, {version: 2, algorithm: pbkdf2, secret_file: f}]}");
        CPPUNIT_ASSERT(!read.problems.failed());
        CPPUNIT_ASSERT_EQUAL(3u, read.config.threads);
        CPPUNIT_ASSERT_EQUAL(40u, read.config.queue);
        const SchemeConfig& first = read.config.schemes.at(0);
        CPPUNIT_ASSERT(first.algorithm == Algorithm::bcrypt && first.cost == 10 && first.normalize && first.pepper->reveal() == "s");
        CPPUNIT_ASSERT_EQUAL(std::string("f"), read.config.schemes.at(1).pepperFile.value());
    }

    void locatesEveryMistake() {
        const Row rows[] = {
            {"no schemes", "passwords: {schemes: []}", "passwords.schemes", "at least one scheme"},
            {"null schemes", "passwords: {schemes: null}", "passwords.schemes", "expected a list"},
            {"version twice", "passwords: {schemes: [{version: 1, algorithm: bcrypt}, {version: 1, algorithm: argon2id}]}", "passwords.schemes[1].version", "ambiguous"},
            {"no version", "passwords: {schemes: [{algorithm: bcrypt}]}", "passwords.schemes[0].version", "is required"},
            {"version too large", "passwords: {schemes: [{algorithm: bcrypt, version: 65536}]}", "passwords.schemes[0].version", "out of range"},
            {"no algorithm", "passwords: {schemes: [{version: 1}]}", "passwords.schemes[0].algorithm", "argon2id"},
            {"other algorithm", "passwords: {schemes: [{version: 1, algorithm: md5}]}", "passwords.schemes[0].algorithm", "none of"},
            {"cost", "passwords: {schemes: [{version: 1, algorithm: bcrypt, cost: 3}]}", "passwords.schemes[0].cost", "out of range"},
            {"two peppers", "passwords: {schemes: [{version: 1, algorithm: bcrypt, secret: a, secret_file: b}]}", "passwords.schemes[0]", "exclusive"},
            {"NUL in a pepper", "passwords: {schemes: [{version: 1, algorithm: bcrypt, secret: \"a\\0b\"}]}", "passwords.schemes[0].secret", "NUL"},
            {"complexity", "passwords: {minimum_complexity: -1}", "passwords.minimum_complexity", "out of range"},
            {"threads", "passwords: {hashing_threads: 0}", "passwords.hashing_threads", "out of range"},
        };
        for (const Row& row : rows) {
            const Read read(row.yaml);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, std::size_t(1), read.problems.errors().size());
            const std::string& error = read.problems.errors().front();
            CPPUNIT_ASSERT_MESSAGE(error, error.find(std::string(row.path) + ": ") != std::string::npos && error.find(row.message) != std::string::npos);
        }
    }

    void looksAtNothingWhenSwitchedOff() {
        const Read read("passwords: {enabled: false, schemes: [{version: wrong}], minimum_complexity: x}");
        CPPUNIT_ASSERT(!read.problems.failed());
        CPPUNIT_ASSERT(!read.config.enabled);
        CPPUNIT_ASSERT(read.config.schemes.empty());
    }

    void readsPeppersFromFilesAsTheyAre() {
        const latchkey::test::TemporaryDirectory directory;
        const std::string file = directory.write("pepper", std::string("a\0b\n", 4));
        Read read("passwords: {schemes: [{version: 1, algorithm: argon2id, secret_file: " + file + "}]}");
        read.config.readPeppers();
        CPPUNIT_ASSERT_EQUAL(std::string("a\0b\n", 4), read.config.schemes[0].pepper->reveal());

        Read bcrypt("passwords: {schemes: [{version: 1, algorithm: bcrypt, secret_file: " + file + "}]}");
        CPPUNIT_ASSERT_THROW(bcrypt.config.readPeppers(), ConfigError);
        Read missing("passwords: {schemes: [{version: 1, algorithm: bcrypt, secret_file: " + directory.path() + "/none}]}");
        CPPUNIT_ASSERT_THROW(missing.config.readPeppers(), ConfigError);
    }

    void generatesWhatItReads() {
        config::Tree tree;
        config::Problems problems;
        tree.root.set("passwords", PasswordsGenerator().generate());
        const PasswordConfig config = PasswordConfig::parse(config::Section(tree, problems));
        config::reportUnknownKeys(tree, problems);
        CPPUNIT_ASSERT(!problems.failed() && problems.warnings().empty());
        CPPUNIT_ASSERT(config.schemes.at(0).algorithm == Algorithm::argon2id);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PasswordConfigTest);

}  // namespace latchkey::passwords
