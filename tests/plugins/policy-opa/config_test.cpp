// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-opa/config.h"

#include "kernel/config/yaml.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::opa {

class OpaConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OpaConfigTest);
    CPPUNIT_TEST(isNotChosenByDefault);
    CPPUNIT_TEST(readsTheServerAndTheRules);
    CPPUNIT_TEST(needsAnUrlWhenChosen);
    CPPUNIT_TEST(refusesWrongValuesByPath);
    CPPUNIT_TEST(sendsTheLayersOfTheConfiguration);
    CPPUNIT_TEST_SUITE_END();

    struct Parsed {
        Config config;
        std::string problems;
    };
    static Parsed parsed(const std::string& yaml) {
        config::Tree tree;
        config::Problems problems;
        tree.merge(config::parseYaml(yaml, "config.yaml", problems));
        Parsed result{Config::parse(config::Section(tree, problems)), {}};
        for (const auto& lines : {problems.errors(), problems.warnings()}) {
            for (const std::string& line : lines) result.problems += line + "\n";
        }
        return result;
    }

    void isNotChosenByDefault() {
        for (const char* yaml : {"{}", "policy: {engine: builtin, opa: {url: 'http://x/'}, register_entrypoint: '../x'}", "policy: {engine: mine}"}) {
            CPPUNIT_ASSERT(!parsed(yaml).config.chosen);
            CPPUNIT_ASSERT_EQUAL(std::string(), parsed(yaml).problems);
        }
    }

    void readsTheServerAndTheRules() {
        const Parsed all = parsed("policy: {engine: opa, register_entrypoint: own/signup, opa: {url: 'https://opa.example/base', timeout_ms: 300, token: t0ken}}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), all.problems);
        CPPUNIT_ASSERT(all.config.chosen);
        CPPUNIT_ASSERT_EQUAL(std::string("https://opa.example/base/"), all.config.url);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(300), all.config.timeoutMs);
        CPPUNIT_ASSERT_EQUAL(std::string("t0ken"), all.config.token.value.value().reveal());
        CPPUNIT_ASSERT_EQUAL(std::string("own/signup"), all.config.paths.registration);
        CPPUNIT_ASSERT_EQUAL(std::string("authorization_grant/violation"), all.config.paths.grant);
        CPPUNIT_ASSERT_EQUAL(std::string("compat_login/violation"), all.config.paths.compatLogin);
        CPPUNIT_ASSERT_EQUAL(std::string("personal_token/violation"), all.config.paths.personalToken);
        const Parsed own = parsed("policy: {engine: opa, personal_token_entrypoint: own/robots, opa: {url: 'http://x'}}\n");
        CPPUNIT_ASSERT_EQUAL(std::string("own/robots"), own.config.paths.personalToken);
    }

    void needsAnUrlWhenChosen() { CPPUNIT_ASSERT_EQUAL(std::string("config.yaml:1: policy.opa.url: is required with `policy.engine: opa`\n"), parsed("policy: {engine: opa}\n").problems); }

    void refusesWrongValuesByPath() {
        const std::pair<const char*, const char*> rows[] = {
            {"opa: {url: 'unix:///x'}", "policy.opa.url"},
            {"opa: {url: 'http://x/?a=b'}", "policy.opa.url"},
            {"opa: {url: 'http://x', timeout_ms: 0}", "policy.opa.timeout_ms"},
            {"opa: {url: 'http://x', timeout_ms: 60001}", "policy.opa.timeout_ms"},
            {"opa: {url: 'http://x', token: a, token_file: b}", "are exclusive"},
            {"opa: {url: 'http://x'}, email_entrypoint: '/email'", "policy.email_entrypoint"},
            {"opa: {url: 'http://x'}, email_entrypoint: 'a/../b'", "policy.email_entrypoint"},
            {"opa: {url: 'http://x'}, email_entrypoint: 'a?b'", "policy.email_entrypoint"},
            {"opa: {url: 'http://x'}, data: 5", "policy.data"},
        };
        for (const auto& [text, path] : rows) {
            CPPUNIT_ASSERT_MESSAGE(text, parsed(std::string("policy: {engine: opa, ") + text + "}\n").problems.find(path) != std::string::npos);
        }
    }

    void sendsTheLayersOfTheConfiguration() {
        const Parsed all = parsed("matrix: {homeserver: example.com}\nexperimental: {session_limit: {soft_limit: 1, hard_limit: 2}}\npolicy: {engine: opa, opa: {url: 'http://x'}, data: {mine: [1]}}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"mine":[1],"server_name":"example.com","session_limit":{"hard_limit":2,"soft_limit":1}})"), all.config.data);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OpaConfigTest);

}  // namespace latchkey::opa
