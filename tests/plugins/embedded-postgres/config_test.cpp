// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/config.h"

#include "kernel/command.h"
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "kernel/error.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::embedded {

class EmbeddedConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EmbeddedConfigTest);
    CPPUNIT_TEST(isOffUnlessAskedFor);
    CPPUNIT_TEST(takesADirectoryOrAMapping);
    CPPUNIT_TEST(theOptionNamesTheDirectoryOrLeavesItToTheConfiguration);
    CPPUNIT_TEST(refusesTwoDirectories);
    CPPUNIT_TEST(reportsWrongTypesWithTheirPath);
    CPPUNIT_TEST(reportsSettingsOfAnotherDatabase);
    CPPUNIT_TEST_SUITE_END();

    static config::Tree tree(const std::string& yaml) {
        config::Problems problems;
        config::Tree result;
        result.merge(config::parseYaml(yaml, "config.yaml", problems));
        problems.throwIfFailed();
        return result;
    }
    static Arguments option(const std::string& value) {
        Arguments arguments;
        arguments.set("embedded", value);
        return arguments;
    }
    static std::string errors(const std::string& yaml) {
        const config::Tree parsed = tree(yaml);
        config::Problems problems;
        report(config::Section(parsed, problems), wanted(parsed, Arguments{}).has_value(), conflicts(parsed));
        std::string all;
        for (const std::string& error : problems.errors()) all += error + "\n";
        return all;
    }

    void isOffUnlessAskedFor() {
        for (const char* yaml : {"{}", "database: {}", "database: {embedded: null}", "database: {embedded: false}", "database: {uri: 'postgresql://'}"}) {
            CPPUNIT_ASSERT_MESSAGE(yaml, !wanted(tree(yaml), Arguments{}));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(yaml, std::string(), errors(yaml));
        }
    }

    void takesADirectoryOrAMapping() {
        CPPUNIT_ASSERT_EQUAL(std::string("/srv/mas"), wanted(tree("database: {embedded: /srv//mas/}"), Arguments{})->dataDir);
        CPPUNIT_ASSERT_EQUAL(defaultDataDir(), wanted(tree("database: {embedded: true}"), Arguments{})->dataDir);
        const auto both = wanted(tree("database: {embedded: {data_dir: /srv/a, bin_dir: /opt/pg/bin}}"), Arguments{});
        CPPUNIT_ASSERT_EQUAL(std::string("/srv/a"), both->dataDir);
        CPPUNIT_ASSERT_EQUAL(std::string("/opt/pg/bin"), both->binDir.value_or(""));
        CPPUNIT_ASSERT_EQUAL(defaultDataDir(), wanted(tree("database: {embedded: {}}"), Arguments{})->dataDir);
    }

    void theOptionNamesTheDirectoryOrLeavesItToTheConfiguration() {
        const auto named = wanted(tree("{}"), option("/srv/a"));
        CPPUNIT_ASSERT_EQUAL(std::string("/srv/a"), named->dataDir);
        CPPUNIT_ASSERT(named->byOption);
        CPPUNIT_ASSERT_EQUAL(defaultDataDir(), wanted(tree("{}"), option(""))->dataDir);
        CPPUNIT_ASSERT_EQUAL(std::string("/srv/b"), wanted(tree("database: {embedded: /srv/b}"), option(""))->dataDir);
        CPPUNIT_ASSERT(!wanted(tree("database: {embedded: /srv/b}"), Arguments{})->byOption);
    }

    void refusesTwoDirectories() {
        CPPUNIT_ASSERT_THROW(wanted(tree("database: {embedded: /srv/b}"), option("/srv/a")), ConfigError);
        CPPUNIT_ASSERT_NO_THROW(wanted(tree("database: {embedded: /srv/b}"), option("/srv/b/")));
    }

    void reportsWrongTypesWithTheirPath() {
        for (const char* yaml : {"database: {embedded: 5}", "database: {embedded: [a]}", "database: {embedded: ''}"}) {
            const std::string found = errors(yaml);
            CPPUNIT_ASSERT_MESSAGE(yaml + found, found.find("config.yaml:1: database.embedded") != std::string::npos);
        }
        CPPUNIT_ASSERT(errors("database: {embedded: {data_dir: 5}}").find("database.embedded.data_dir") != std::string::npos);
    }

    void reportsSettingsOfAnotherDatabase() {
        const std::string found = errors("database:\n  embedded: /srv/a\n  uri: postgresql://db/mas\n  password: secret-word\n");
        CPPUNIT_ASSERT_MESSAGE(found, found.find("config.yaml:3: database.uri") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(found, found.find("config.yaml:4: database.password") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(found, found.find("secret-word") == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EmbeddedConfigTest);

}  // namespace latchkey::embedded
