// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/policy-builtin/policy_of.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::policy {

class RegistrationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegistrationTest);
    CPPUNIT_TEST(judgesUsernames);
    CPPUNIT_TEST(countsCharactersOfTheWholeUserId);
    CPPUNIT_TEST(namesTheFieldOfTheForm);
    CPPUNIT_TEST(judgesTheEmailOfARegistration);
    CPPUNIT_TEST(refusesAnUnknownMethod);
    CPPUNIT_TEST(refusesBannedRequesters);
    CPPUNIT_TEST(judgesEmailAddresses);
    CPPUNIT_TEST(doesNotAskWhoAddsAnAddress);
    CPPUNIT_TEST_SUITE_END();

    static PolicyViolations registration(const std::string& data, const RegistrationRequest& request) { return policyOf(data).registration(request); }
    static PolicyViolations named(const std::string& data, const std::string& username) {
        return registration(data, {.method = "password", .username = username, .email = {}, .requester = {}});
    }
    static std::string address(const std::string& data, const std::string& email) { return codes(policyOf(data).email({.email = email, .requester = {}})); }

    void judgesUsernames() {
        const struct {
            const char* data;
            const char* username;
            const char* expected;
        } rows[] = {
            {"{}", "alice", ""},
            {"{}", "_leading", ""},
            {"{}", "a.b=c_d/e+f-9", ""},
            {"{}", "1a", ""},
            {"{}", "", "username-invalid-chars username-too-short"},
            {"{}", "0123456789", "username-all-numeric"},
            {"{}", "Alice", "username-invalid-chars"},
            {"{}", "al ice", "username-invalid-chars"},
            {"{}", "alice\n", "username-invalid-chars"},
            {"{}", "ålice", "username-invalid-chars"},
            {"{}", "alice:evil", "username-invalid-chars"},
            {R"({"registration":{"banned_usernames":{"literals":["root"]}}})", "root", "username-banned"},
            {R"({"registration":{"banned_usernames":{"literals":["root"]}}})", "root2", ""},
            {R"({"registration":{"banned_usernames":{"literals":["Root"]}}})", "root", ""},
            {R"({"registration":{"banned_usernames":{"substrings":["adm"]}}})", "theadmin", "username-banned"},
            {R"({"registration":{"banned_usernames":{"prefixes":["adm"]}}})", "theadmin", ""},
            {R"({"registration":{"banned_usernames":{"prefixes":["adm"]}}})", "admiral", "username-banned"},
            {R"({"registration":{"banned_usernames":{"suffixes":["bot"]}}})", "robot", "username-banned"},
            {R"({"registration":{"banned_usernames":{"suffixes":["bot"]}}})", "bottle", ""},
            {R"({"registration":{"banned_usernames":{"regexes":["b[0-9]+t"]}}})", "xb12tx", "username-banned"},
            {R"({"registration":{"banned_usernames":{"regexes":["^b[0-9]+t$"]}}})", "xb12tx", ""},
            {R"({"registration":{"banned_usernames":false}})", "root", ""},
            {R"({"registration":{"banned_usernames":null}})", "root", ""},
            {R"({"registration":{"allowed_usernames":{"prefixes":["x-"]}}})", "x-alice", ""},
            {R"({"registration":{"allowed_usernames":{"prefixes":["x-"]}}})", "alice", "username-not-allowed"},
            {R"({"registration":{"allowed_usernames":{}}})", "alice", "username-not-allowed"},
            {R"({"registration":{"allowed_usernames":null}})", "alice", "username-not-allowed"},
            {R"({"registration":{"allowed_usernames":false}})", "alice", ""},
        };
        for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(row.data) + " " + row.username, std::string(row.expected), codes(named(row.data, row.username)));
    }

    void countsCharactersOfTheWholeUserId() {
        const std::string data = R"({"server_name":"example.com"})";  // @ : and 11 characters: 242 are left
        CPPUNIT_ASSERT_EQUAL(std::string(), codes(named(data, std::string(242, 'a'))));
        CPPUNIT_ASSERT_EQUAL(std::string("username-too-long"), codes(named(data, std::string(243, 'a'))));
        std::string wide;
        for (int i = 0; i < 242; ++i) wide += "ü";  // characters, not bytes
        CPPUNIT_ASSERT_EQUAL(std::string("username-invalid-chars"), codes(named(data, wide)));
    }

    void namesTheFieldOfTheForm() {
        for (const PolicyViolation& each : named("{}", "")) CPPUNIT_ASSERT_EQUAL(std::string("username"), each.field.value());
    }

    void judgesTheEmailOfARegistration() {
        const std::string data = R"({"banned_domains":["evil.example"]})";
        const auto found = registration(data, {.method = "upstream-oauth2", .username = "alice", .email = "a@evil.example", .requester = {}});
        CPPUNIT_ASSERT_EQUAL(std::string("email-domain-banned"), codes(found));
        CPPUNIT_ASSERT_EQUAL(std::string("email"), found.at(0).field.value());
        CPPUNIT_ASSERT_EQUAL(std::string(), codes(registration(R"({"allowed_domains":[]})", {.method = "password", .username = "alice", .email = {}, .requester = {}})));
    }

    void refusesAnUnknownMethod() {
        for (const char* method : {"", "token", "Password"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(method, std::string("-"), codes(registration("{}", {.method = method, .username = "alice", .email = {}, .requester = {}})));
        }
    }

    void refusesBannedRequesters() {
        const std::string data = R"({"requester":{"banned_ips":["192.0.2.7","10.0.0.0/8","2001:db8::/33"],"banned_user_agents":{"prefixes":["curl/"]}}})";
        const struct {
            std::optional<std::string> ip;
            std::optional<std::string> agent;
            const char* expected;
        } rows[] = {
            {"192.0.2.7", {}, "-"},          {"192.0.2.8", {}, ""},          {"10.255.0.1", {}, "-"},        {"11.0.0.1", {}, ""},
            {"::ffff:10.1.1.1", {}, "-"},    {"2001:db8:7fff::1", {}, "-"},  {"2001:db8:8000::1", {}, ""},   {{}, "curl/8.0", "-"},
            {{}, "Curl/8.0", ""},            {{}, {}, ""},                   {"10.0.0.1", "curl/8.0", "-"},  {"nonsense", {}, ""},
        };
        for (const auto& row : rows) {
            const RegistrationRequest request{.method = "password", .username = "alice", .email = {}, .requester = {row.ip, row.agent}};
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.ip.value_or("") + " " + row.agent.value_or(""), std::string(row.expected), codes(registration(data, request)));
        }
    }

    void judgesEmailAddresses() {
        const struct {
            const char* data;
            const char* email;
            const char* expected;
        } rows[] = {
            {"{}", "a@b.example", ""},
            {"{}", "not an address", ""},
            {R"({"allowed_domains":["example.com"]})", "a@example.com", ""},
            {R"({"allowed_domains":["example.com"]})", "a@Example.com", "email-domain-not-allowed"},
            {R"({"allowed_domains":["example.com"]})", "a@sub.example.com", "email-domain-not-allowed"},
            {R"({"allowed_domains":["*.example.com"]})", "a@sub.example.com", ""},
            {R"({"allowed_domains":["*.example.com"]})", "a@example.com", "email-domain-not-allowed"},
            {R"({"allowed_domains":["*.example.com"]})", "a@a.b.example.com", "email-domain-not-allowed"},
            {R"({"allowed_domains":["**.example.com"]})", "a@a.b.example.com", ""},
            {R"({"allowed_domains":["mail.{example,test}.com"]})", "a@mail.test.com", ""},
            {R"({"allowed_domains":["mail.{example,test}.com"]})", "a@mail.other.com", "email-domain-not-allowed"},
            {R"({"allowed_domains":["example.com"]})", "a@examplexcom", "email-domain-not-allowed"},
            {R"({"allowed_domains":["example.com"]})", "no-at", "email-domain-not-allowed"},
            {R"({"allowed_domains":["example.com"]})", "a@b@example.com", "email-domain-not-allowed"},
            {R"({"allowed_domains":[]})", "a@example.com", "email-domain-not-allowed"},
            {R"({"allowed_domains":null})", "a@example.com", "email-domain-not-allowed"},
            {R"({"allowed_domains":false})", "a@example.com", ""},
            {R"({"banned_domains":["example.com"]})", "a@example.com", "email-domain-banned"},
            {R"({"banned_domains":["example.com"]})", "a@b@example.com", ""},
            {R"({"banned_domains":["ex*.com"]})", "a@example.com", "email-domain-banned"},
            {R"({"banned_domains":[]})", "a@example.com", ""},
            {R"({"banned_domains":false})", "a@example.com", ""},
            {R"({"emails":{"allowed_addresses":{"suffixes":["@example.com"]}}})", "a@example.com", ""},
            {R"({"emails":{"allowed_addresses":{"suffixes":["@example.com"]}}})", "a@example.org", "email-not-allowed"},
            {R"({"emails":{"allowed_addresses":{}}})", "a@example.org", "email-not-allowed"},
            {R"({"emails":{"banned_addresses":{"literals":["a@example.org"]}}})", "a@example.org", "email-banned"},
            {R"({"emails":{"banned_addresses":{"literals":["a@example.org"]}}})", "A@example.org", ""},
            {R"({"allowed_domains":["x.example"],"banned_domains":["*.example"],"emails":{"banned_addresses":{"substrings":["@"]}}})", "a@y.example", "email-banned email-domain-banned email-domain-not-allowed"},
        };
        for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(row.data) + " " + row.email, std::string(row.expected), address(row.data, row.email));
        const auto both = policyOf(R"({"emails":{"allowed_addresses":{},"banned_addresses":{"substrings":["@"]}}})").email({.email = "a@b", .requester = {}});
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), both.size());
        CPPUNIT_ASSERT_EQUAL(both.at(0).message, both.at(1).message);
    }

    void doesNotAskWhoAddsAnAddress() {
        const EmailRequest request{.email = "a@example.com", .requester = {"10.0.0.1", "curl"}};
        CPPUNIT_ASSERT(policyOf(R"({"requester":{"banned_ips":["10.0.0.1"],"banned_user_agents":{"literals":["curl"]}}})").email(request).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationTest);

}  // namespace latchkey::policy
