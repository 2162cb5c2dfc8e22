// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/config.h"

#include "kernel/config/section.h"
#include "kernel/config/yaml.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::policy {

class PolicyConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PolicyConfigTest);
    CPPUNIT_TEST(theBaseLayerIsTheServersNameAndTheSessionLimit);
    CPPUNIT_TEST(theDataStandsOverTheBaseLayer);
    CPPUNIT_TEST(reportsBadDataAtItsLine);
    CPPUNIT_TEST(reportsDataThatDoesNotGoWithTheBase);
    CPPUNIT_TEST(allowListsMayBeFalseOrNull);
    CPPUNIT_TEST(warnsOfMisspeltKeys);
    CPPUNIT_TEST(warnsOfAModuleOfOnesOwn);
    CPPUNIT_TEST(takesTheReferencesDefaultsSilently);
    CPPUNIT_TEST(leavesTheDataOfOtherEnginesAlone);
    CPPUNIT_TEST_SUITE_END();

    struct Parsed {
        Config config;
        std::string errors;
        std::string warnings;
    };
    static std::string joined(const std::vector<std::string>& lines) {
        std::string all;
        for (const std::string& line : lines) all += line + "\n";
        return all;
    }
    static Parsed parsed(const std::string& yaml) {
        config::Tree tree;
        config::Problems problems;
        tree.merge(config::parseYaml(yaml, "config.yaml", problems));
        Parsed result{Config::parse(config::Section(tree, problems)), {}, {}};
        config::reportUnknownKeys(tree, problems);
        result.errors = joined(problems.errors());
        result.warnings = joined(problems.warnings());
        return result;
    }
    static void assertHolds(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("`" + text + "` does not say `" + part + "`", text.find(part) != std::string::npos);
    }

    void theBaseLayerIsTheServersNameAndTheSessionLimit() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"server_name":"localhost:8008","session_limit":null})"), parsed("{}").config.data);
        const Parsed given = parsed("matrix: {homeserver: example.com}\nexperimental: {session_limit: {soft_limit: 3, hard_limit: 4}}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"server_name":"example.com","session_limit":{"soft_limit":3,"hard_limit":4}})"), given.config.data);
    }

    void theDataStandsOverTheBaseLayer() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"server_name":"localhost:8008","session_limit":null})"), parsed("experimental: {session_limit: {soft_limit: 3, hard_limit: 4}}\npolicy: {data: {session_limit: ~}}\n").config.data);
        const Parsed given = parsed("experimental: {session_limit: {soft_limit: 3, hard_limit: 4}}\npolicy: {data: {admin_users: [alice], session_limit: {hard_limit: 9}, mine: 1.5}}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"admin_users":["alice"],"mine":1.5,"server_name":"localhost:8008","session_limit":{"hard_limit":9,"soft_limit":3}})"), given.config.data);
        CPPUNIT_ASSERT_EQUAL(std::string(), given.errors);
        // Its owner reports this one, and nobody else.
        CPPUNIT_ASSERT_EQUAL(std::string(), parsed("experimental: {session_limit: {soft_limit: 3}}\npolicy: {data: {admin_users: [alice]}}\n").errors);
    }

    void reportsBadDataAtItsLine() {
        const Parsed bad = parsed("policy:\n  data:\n    admin_users: alice\n    emails:\n      banned_addresses:\n        regexes: ['(']\n    requester:\n      banned_ips: [nowhere]\n");
        assertHolds(bad.errors, "config.yaml:3: policy.data.admin_users: must be a list of strings");
        assertHolds(bad.errors, "config.yaml:6: policy.data.emails.banned_addresses.regexes: `(`");
        assertHolds(bad.errors, "config.yaml:8: policy.data.requester.banned_ips: `nowhere`: is neither");
        assertHolds(parsed("policy: {data: [1]}\n").errors, "policy.data: must be a mapping");
    }

    void reportsDataThatDoesNotGoWithTheBase() { assertHolds(parsed("policy: {data: {server_name: {}}}\n").errors, "policy.data"); }

    void allowListsMayBeFalseOrNull() {
        CPPUNIT_ASSERT_EQUAL(std::string(), parsed("policy: {data: {allowed_domains: false, registration: {allowed_usernames: null}, emails: {allowed_addresses: {}}}}\n").errors);
    }

    void warnsOfMisspeltKeys() {
        const Parsed odd = parsed("policy: {data: {own: {x: 1}, client_registration: {allow_host_missmatch: true}, emails: {banned_addresses: {literal: [x]}}}}\n");
        assertHolds(odd.warnings, "policy.data.client_registration.allow_host_missmatch: unknown key, ignored; did you mean `allow_host_mismatch`?");
        assertHolds(odd.warnings, "policy.data.emails.banned_addresses.literal: unknown key, ignored; did you mean `literals`?");
        CPPUNIT_ASSERT(odd.warnings.find("data.own") == std::string::npos);
    }

    void warnsOfAModuleOfOnesOwn() {
        const Parsed own = parsed("policy: {wasm_module: /etc/mas/own.wasm, register_entrypoint: own/violation}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), own.errors);
        assertHolds(own.warnings, "config.yaml:1: policy.wasm_module: is not evaluated: this server runs no WebAssembly");
        assertHolds(own.warnings, "policy.engine: opa");
        assertHolds(own.warnings, "policy.register_entrypoint: has no effect on the built-in policy");
        CPPUNIT_ASSERT_EQUAL(std::string(), parsed("policy: {engine: opa, wasm_module: /etc/mas/own.wasm, register_entrypoint: own/violation}\n").warnings);
    }

    void takesTheReferencesDefaultsSilently() {
        for (const char* module : {"./policies/policy.wasm", "./share/policy.wasm", "/usr/local/share/mas-cli/policy.wasm"}) {
            const Parsed stock = parsed("policy: {wasm_module: " + std::string(module) + ", email_entrypoint: email/violation, password_entrypoint: password/violation, data: {}}\n");
            CPPUNIT_ASSERT_EQUAL(std::string(), stock.errors + stock.warnings);
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), parsed("policy: {data: null}\n").errors);
    }

    void leavesTheDataOfOtherEnginesAlone() {
        const Parsed other = parsed("policy: {engine: mine, data: {admin_users: {x: y}}}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), other.errors + other.warnings);
        CPPUNIT_ASSERT(!other.config.isBuiltin());
        assertHolds(parsed("policy: {engine: ''}\n").errors, "policy.engine: must be `builtin`, `opa`, or the name of the plugin that decides");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PolicyConfigTest);

}  // namespace latchkey::policy
