// SPDX-License-Identifier: Apache-2.0
#include "domain/policy/policy_data.h"
#include "plugins/policy-builtin/glob.h"
#include "tests/plugins/policy-builtin/policy_of.h"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

namespace latchkey::policy {

class PolicyRulesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PolicyRulesTest);
    CPPUNIT_TEST(namesWhatIsOfTheWrongKind);
    CPPUNIT_TEST(leavesUnknownKeysAlone);
    CPPUNIT_TEST(dataSetAtRunTimeAddsToTheConfiguration);
    CPPUNIT_TEST(badDataChangesNothing);
    CPPUNIT_TEST(globsKnowLabels);
    CPPUNIT_TEST(refusesBrokenGlobs);
    CPPUNIT_TEST(readsRangesOfAddresses);
    CPPUNIT_TEST(attack30_expressionsTakeLinearTime);
    CPPUNIT_TEST(attack30_refusesExpressionsThatGrowTooLarge);
    CPPUNIT_TEST_SUITE_END();

    static std::string problems(const std::string& json) {
        std::vector<DataProblem> found;
        readRules(json, found);
        std::string text;
        for (const DataProblem& each : found) text += (text.empty() ? "" : "; ") + each.text();
        return text;
    }
    static bool globMatches(const std::string& glob, const std::string& domain) { return Regex(globToRegex(glob)).matches(domain); }

    void namesWhatIsOfTheWrongKind() {
        const std::pair<const char*, const char*> rows[] = {
            {"[]", "the data must be an object"},
            {"null", "the data must be an object"},
            {"nonsense", "the data must be an object"},
            {R"({"admin_users":"alice"})", "admin_users: must be a list of strings"},
            {R"({"admin_clients":[5]})", "admin_clients: must be a list of strings"},
            {R"({"allowed_domains":{}})", "allowed_domains: must be a list of strings"},
            {R"({"emails":[]})", "emails: must be an object"},
            {R"({"emails":{"banned_addresses":["a@b"]}})", "emails.banned_addresses: must be an object"},
            {R"({"emails":{"banned_addresses":{"literals":"a@b"}}})", "emails.banned_addresses.literals: must be a list of strings"},
            {R"({"registration":{"allowed_usernames":true}})", "registration.allowed_usernames: must be an object"},
            {R"({"registration":{"banned_usernames":{"regexes":["("]}}})", "registration.banned_usernames.regexes: `(`: missing ): ("},
            {R"x({"registration":{"banned_usernames":{"regexes":["(?=x)"]}}})x", "registration.banned_usernames.regexes: `(?=x)`: invalid perl operator: (?="},
            {R"({"requester":{"banned_ips":["10.0.0.0/33"]}})", "requester.banned_ips: `10.0.0.0/33`: is neither an IP address nor a CIDR range"},
            {R"({"banned_domains":["{a"]})", "banned_domains: `{a`: `{` without `}`"},
            {R"({"client_registration":{"allow_insecure_uris":"yes"}})", "client_registration.allow_insecure_uris: must be true or false"},
            {R"({"session_limit":{"soft_limit":1}})", "session_limit.hard_limit: is required"},
            {R"({"session_limit":{"soft_limit":0,"hard_limit":true}})",
             "session_limit.soft_limit: must be a whole number between 1 and 9223372036854775807; session_limit.hard_limit: must be a whole number between 1 and 9223372036854775807"},
            {R"({"token_lifetimes":{"x":0}})", "token_lifetimes.x: must be a whole number between 1 and 31536000"},
            {R"({"server_name":5})", "server_name: must be a string"},
        };
        for (const auto& [json, expected] : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(json, std::string(expected), problems(json));
        CPPUNIT_ASSERT_THROW(policyOf(rows[3].first), PolicyDataError);
    }

    void leavesUnknownKeysAlone() { CPPUNIT_ASSERT_EQUAL(std::string(), problems(R"({"mine":{"x":[1]},"emails":{"other":5},"admin_users":null,"emails":null})")); }

    void dataSetAtRunTimeAddsToTheConfiguration() {
        BuiltinPolicy policy(R"({"registration":{"banned_usernames":{"literals":["root"]}}})");
        const auto judged = [&](const char* name) { return codes(policy.registration({.method = "password", .username = name, .email = {}, .requester = {}})); };
        policy.setDynamic(R"({"registration":{"banned_usernames":{"literals":["daemon"]}}})");
        CPPUNIT_ASSERT_EQUAL(std::string("username-banned"), judged("root"));
        CPPUNIT_ASSERT_EQUAL(std::string("username-banned"), judged("daemon"));
        policy.setDynamic(std::nullopt);
        CPPUNIT_ASSERT_EQUAL(std::string("username-banned"), judged("root"));
        CPPUNIT_ASSERT_EQUAL(std::string(), judged("daemon"));
    }

    void badDataChangesNothing() {
        BuiltinPolicy policy(R"({"banned_domains":["a.example"]})");
        policy.setDynamic(R"({"banned_domains":["b.example"]})");
        for (const char* bad : {R"({"banned_domains":"c.example"})", R"({"banned_domains":[5]})", R"({"banned_domains":["[x"]})", "[]", "{"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(bad, policy.setDynamic(bad), PolicyDataError);
        }
        for (const char* domain : {"a.example", "b.example"}) {
            CPPUNIT_ASSERT_EQUAL(std::string("email-domain-banned"), codes(policy.email({.email = std::string("x@") + domain, .requester = {}})));
        }
    }

    void globsKnowLabels() {
        const struct {
            const char* glob;
            const char* domain;
            bool expected;
        } rows[] = {
            {"example.com", "example.com", true},   {"example.com", "xexample.com", false},  {"example.com", "exampleXcom", false},  {"*", "localhost", true},
            {"*", "a.b", false},                    {"**", "a.b.c", true},                   {"*.b", "a.b", true},                   {"*.b", ".b", true},
            {"a*c.d", "abc.d", true},               {"a*c.d", "a.c.d", false},               {"a.**.d", "a.b.c.d", true},            {"{a,b}.c", "b.c", true},
            {"{a,b}.c", "c.c", false},              {"{a,*.b}.c", "x.b.c", true},            {"a,b", "a,b", true},                   {"a?c", "abc", true},
            {"a?c", "a.c", false},                  {"[ab].c", "b.c", true},                 {"[!ab].c", "b.c", false},              {"[a-c].d", "b.d", true},
            {"\\*.c", "*.c", true},                 {"\\*.c", "a.c", false},                 {"a+b(c)", "a+b(c)", true},             {"", "", true},
        };
        for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(row.glob) + " " + row.domain, row.expected, globMatches(row.glob, row.domain));
    }

    void refusesBrokenGlobs() {
        for (const char* glob : {"{a", "a}", "[a", "[]", "a\\"}) CPPUNIT_ASSERT_THROW_MESSAGE(glob, globToRegex(glob), std::invalid_argument);
    }

    void readsRangesOfAddresses() {
        for (const char* bad : {"", "x", "10.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8", "10.0.0.1 "}) CPPUNIT_ASSERT_MESSAGE(bad, !IpNetwork::parse(bad));
        const struct {
            const char* range;
            const char* address;
            bool expected;
        } rows[] = {
            {"10.1.2.3/8", "10.9.9.9", true}, {"0.0.0.0/0", "1.2.3.4", true}, {"0.0.0.0/0", "::1", false},            {"::/0", "1.2.3.4", true},
            {"::1", "::1", true},             {"::1", "::2", false},          {"192.0.2.128/25", "192.0.2.127", false}, {"192.0.2.128/25", "192.0.2.255", true},
        };
        for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(row.range) + " " + row.address, row.expected, IpNetwork::parse(row.range).value().contains(IpAddress::parse(row.address).value()));
    }

    // A backtracking engine would not end within the age of the universe; this does, or the test never does.
    void attack30_expressionsTakeLinearTime() {
        const std::string agent(100'000, 'a');
        for (const char* pattern : {"^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "(.*a){20}b", "^(([a-z])+.)+[A-Z]([a-z])+$"}) {
            const Regex regex(pattern);
            CPPUNIT_ASSERT_MESSAGE(pattern, !regex.foundIn(agent + "!"));
        }
    }

    void attack30_refusesExpressionsThatGrowTooLarge() {
        for (const char* pattern : {"((a{1,100}){1,100}){1,100}", "a{1001}"}) CPPUNIT_ASSERT_THROW_MESSAGE(pattern, Regex{pattern}, std::invalid_argument);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PolicyRulesTest);

}  // namespace latchkey::policy
