// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/config.h"

#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "kernel/error.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::pg {

namespace {

struct Parsed {
    Config config;
    std::string errors;
    std::string warnings;
};

std::string joined(const std::vector<std::string>& lines) {
    std::string all;
    for (const std::string& line : lines) all += line + "\n";
    return all;
}

Parsed parsed(const std::string& yaml) {
    config::Tree tree;
    config::Problems problems;
    tree.merge(config::parseYaml(yaml, "config.yaml", problems));
    Parsed result{Config::parse(config::Section(tree, problems)), {}, {}};
    config::reportUnknownKeys(tree, problems);
    result.errors = joined(problems.errors());
    result.warnings = joined(problems.warnings());
    return result;
}

std::string keyword(const Parsed& parsed, const std::string& name) {
    const auto found = parsed.config.connect.keywords.find(name);
    return found == parsed.config.connect.keywords.end() ? "(unset)" : found->second;
}

}  // namespace

class DatabaseConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DatabaseConfigTest);
    CPPUNIT_TEST(hasTheReferencesDefaults);
    CPPUNIT_TEST(readsTheSeparateSettings);
    CPPUNIT_TEST(aSocketComesBeforeTheHost);
    CPPUNIT_TEST(forcesTheApplicationNameOnlyWithoutUri);
    CPPUNIT_TEST(refusesUriBesideSeparateSettings);
    CPPUNIT_TEST(refusesACertificateWithoutItsKey);
    CPPUNIT_TEST(refusesInlineAndFileTogether);
    CPPUNIT_TEST(tlsSettingsComeBeforeTheUris);
    CPPUNIT_TEST(nullSwitchesTimeoutsOff);
    CPPUNIT_TEST(refusesWrongValuesByPath);
    CPPUNIT_TEST(namesAMissingTlsFileBySetting);
    CPPUNIT_TEST(aBrokenUriIsRefusedWithoutItsPassword);
    CPPUNIT_TEST_SUITE_END();

public:
    void hasTheReferencesDefaults() {
        const Parsed none = parsed("http: {}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), none.errors);
        CPPUNIT_ASSERT_EQUAL(10U, none.config.pool.maxConnections);
        CPPUNIT_ASSERT_EQUAL(0U, none.config.pool.minConnections);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(30), none.config.pool.acquireTimeout);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(600), none.config.pool.idleTimeout.value());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1800), none.config.pool.maxLifetime.value());
        CPPUNIT_ASSERT(none.config.connect.keywords.empty());
    }

    void readsTheSeparateSettings() {
        const Parsed all = parsed("database: {host: db.example, port: 5433, username: mas, password: 'p w', database: m, ssl_mode: verify-full,"
                                  " max_connections: 3, min_connections: 2, connect_timeout: 4, idle_timeout: 5, max_lifetime: 6}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), all.errors + all.warnings);
        CPPUNIT_ASSERT_EQUAL(std::string("db.example"), keyword(all, "host"));
        CPPUNIT_ASSERT_EQUAL(std::string("5433"), keyword(all, "port"));
        CPPUNIT_ASSERT_EQUAL(std::string("mas"), keyword(all, "user"));
        CPPUNIT_ASSERT_EQUAL(std::string("m"), keyword(all, "dbname"));
        CPPUNIT_ASSERT_EQUAL(std::string("verify-full"), keyword(all, "sslmode"));
        CPPUNIT_ASSERT_EQUAL(std::string("p w"), all.config.connect.password.reveal());
        CPPUNIT_ASSERT_EQUAL(std::string("(unset)"), keyword(all, "password"));
        CPPUNIT_ASSERT_EQUAL(3U, all.config.pool.maxConnections);
        CPPUNIT_ASSERT_EQUAL(2U, all.config.pool.minConnections);
        CPPUNIT_ASSERT_EQUAL(4, all.config.connect.connectTimeout);
    }

    void aSocketComesBeforeTheHost() {
        CPPUNIT_ASSERT_EQUAL(std::string("/run/pg"), keyword(parsed("database: {host: db.example, socket: /run/pg}\n"), "host"));
    }

    void forcesTheApplicationNameOnlyWithoutUri() {
        CPPUNIT_ASSERT_EQUAL(std::string("matrix-authentication-service"), keyword(parsed("database: {}\n"), "application_name"));
        CPPUNIT_ASSERT_EQUAL(std::string("(unset)"), keyword(parsed("database: {uri: 'postgresql://'}\n"), "application_name"));
        CPPUNIT_ASSERT_EQUAL(std::string("mine"), keyword(parsed("database: {uri: 'postgresql:///m?application_name=mine'}\n"), "application_name"));
    }

    void refusesUriBesideSeparateSettings() {
        for (const char* key : {"host: h", "port: 1", "socket: /s", "username: u", "password: p", "database: d"}) {
            const Parsed both = parsed(std::string("database: {uri: 'postgresql://', ") + key + "}\n");
            CPPUNIT_ASSERT_MESSAGE(key, both.errors.find("exclusive") != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(both.errors, both.errors.find("config.yaml:1") != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), parsed("database: {uri: 'postgresql://', ssl_mode: require}\n").errors);
    }

    void refusesACertificateWithoutItsKey() {
        for (const char* one : {"ssl_certificate: x", "ssl_certificate_file: x", "ssl_key: x", "ssl_key_file: x"}) {
            CPPUNIT_ASSERT_MESSAGE(one, parsed(std::string("database: {") + one + "}\n").errors.find("go together") != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), parsed("database: {ssl_certificate: x, ssl_key_file: y}\n").errors);
    }

    void refusesInlineAndFileTogether() {
        CPPUNIT_ASSERT(parsed("database: {ssl_ca: x, ssl_ca_file: y}\n").errors.find("exclusive") != std::string::npos);
    }

    void tlsSettingsComeBeforeTheUris() {
        const Parsed both = parsed("database: {uri: 'postgresql://h/d?sslmode=disable&sslrootcert=/old', ssl_mode: require, ssl_ca: NEW}\n");
        CPPUNIT_ASSERT_EQUAL(std::string("require"), keyword(both, "sslmode"));
        const Keywords used = both.config.connectOptions().effective();
        CPPUNIT_ASSERT(used.at("sslrootcert").starts_with("/proc/self/fd/"));
    }

    void nullSwitchesTimeoutsOff() {
        const Parsed off = parsed("database: {idle_timeout: null, max_lifetime: ~}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), off.errors);
        CPPUNIT_ASSERT(!off.config.pool.idleTimeout && !off.config.pool.maxLifetime);
    }

    void refusesWrongValuesByPath() {
        const std::pair<const char*, const char*> cases[] = {
            {"max_connections: 0", "database.max_connections"}, {"max_connections: 4294967296", "database.max_connections"},
            {"port: 70000", "database.port"},                   {"port: '5432'", "database.port"},
            {"ssl_mode: on", "database.ssl_mode"},              {"connect_timeout: -1", "database.connect_timeout"},
            {"host: 5", "database.host"},                       {"min_connections: -1", "database.min_connections"},
        };
        for (const auto& [text, path] : cases) {
            CPPUNIT_ASSERT_MESSAGE(text, parsed(std::string("database: {") + text + "}\n").errors.find(path) != std::string::npos);
        }
    }

    void namesAMissingTlsFileBySetting() {
        const Parsed missing = parsed("database: {ssl_ca_file: /nowhere/ca.pem}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), missing.errors);  // checking the configuration opens no file
        try {
            missing.config.connectOptions();
            CPPUNIT_FAIL("read a file that is not there");
        } catch (const ConfigError& error) {
            CPPUNIT_ASSERT(std::string(error.what()).find("ssl_ca_file") != std::string::npos);
        }
    }

    void aBrokenUriIsRefusedWithoutItsPassword() {
        for (const char* uri : {"postgresql://u:hidden%ZZ@h/d", "postgresql://[::1/d?password=hidden", "host=h password='hidden", "hidden", "user=u hidden"}) {
            const Parsed broken = parsed(std::string("database: {uri: \"") + uri + "\"}\n");
            CPPUNIT_ASSERT_MESSAGE(uri, broken.errors.find("database.uri") != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(broken.errors, broken.errors.find("hidden") == std::string::npos);
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseConfigTest);

}  // namespace latchkey::pg
