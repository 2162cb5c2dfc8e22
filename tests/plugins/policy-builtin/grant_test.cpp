// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/policy-builtin/policy_of.h"
#include "tests/support/people.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::policy {

namespace {

constexpr const char* kCode = "authorization_code";
constexpr const char* kDevice = "urn:ietf:params:oauth:grant-type:device_code";
constexpr const char* kClient = "client_credentials";
constexpr const char* kClientId = "01HFRQHW4KD7CMFTP8Q3FKSN2E";
constexpr const char* kApi = "urn:matrix:client:api:*";
constexpr const char* kUnstableApi = "urn:matrix:org.matrix.msc2967.client:api:*";

Scope scopeOf(const std::string& text) {
    std::vector<std::string> tokens;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        tokens.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return Scope(std::move(tokens));
}

}  // namespace

class GrantTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GrantTest);
    CPPUNIT_TEST(grantsHarmlessScopesToEverybody);
    CPPUNIT_TEST(grantsMatrixScopesToPeopleOnly);
    CPPUNIT_TEST(wantsLongDeviceIds);
    CPPUNIT_TEST(attack28_neverGrantsWhatItDoesNotKnow);
    CPPUNIT_TEST(attack28_givesAdminScopesToAdminsOnly);
    CPPUNIT_TEST(attack28_refusesDeviceScopesThatDoNotGoTogether);
    CPPUNIT_TEST(refusesBannedRequesters);
    CPPUNIT_TEST(limitsTheNumberOfSessions);
    CPPUNIT_TEST(asksForConsentUnlessToldOtherwise);
    CPPUNIT_TEST(limitsCompatibilityLogins);
    CPPUNIT_TEST(attack28_givesPersonalTokensWhatTheDataListsOnly);
    CPPUNIT_TEST(attack23_knowsWhoIsAnAdministratorStill);
    CPPUNIT_TEST_SUITE_END();

    Client client_ = test::clientOf(kClientId);
    User user_ = test::userOf("01HFVBY12TMNTYTBV8W921M5FA");

    GrantDecision decision(const std::string& data, const char* grantType, const std::string& scope, std::optional<SessionCounts> sessions = {}, PolicyRequester requester = {}) {
        const bool person = std::string_view(grantType) != kClient;
        return policyOf(data).grant({.client = client_, .user = person ? &user_ : nullptr, .sessions = sessions, .scope = scopeOf(scope), .grantType = grantType, .requester = std::move(requester)});
    }
    std::string judged(const char* grantType, const std::string& scope, const std::string& data = "{}") { return codes(decision(data, grantType, scope).violations); }
    void expect(const char* expected, const char* grantType, const std::string& scope, const std::string& data = "{}") {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(grantType) + " " + scope + " " + data, std::string(expected), judged(grantType, scope, data));
    }

    void attack28_givesPersonalTokensWhatTheDataListsOnly() {
        const auto expectToken = [&](const char* expected, const std::string& scope, const std::string& data, std::optional<Duration> lifetime = {}) {
            const auto found = policyOf(data).personalToken({.user = user_, .sessions = {}, .scope = scopeOf(scope), .lifetime = lifetime, .requester = {}});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(scope + " " + data, std::string(expected), codes(found));
        };
        const std::string allowed = R"({"personal_tokens": {"allowed_scopes": ["openid", "urn:matrix:client:api:*", "urn:mas:admin"], "max_days": 90}})";
        const Duration day = Duration::seconds(86'400);
        expectToken("-", "openid", "{}");
        expectToken("", "openid urn:matrix:client:api:*", allowed, day);
        expectToken("-", "email", allowed, day);
        expectToken("-", "urn:mas:admin", allowed, day);
        expectToken("lifetime", "openid", allowed);
        expectToken("lifetime", "openid", allowed, Duration::seconds(90 * 86'400 + 1));
        expectToken("", "openid", allowed, Duration::seconds(90 * 86'400));
        user_.canRequestAdmin = true;
        expectToken("", "urn:mas:admin", allowed, day);
        expectToken("-", "urn:synapse:admin:*", allowed, day);
    }

    void attack23_knowsWhoIsAnAdministratorStill() {
        BuiltinPolicy policy = policyOf("{}");
        CPPUNIT_ASSERT(!policy.keepsAdmin(&user_, client_.id) && !policy.keepsAdmin(nullptr, client_.id));
        policy.setDynamic(R"({"admin_users": [")" + user_.username + R"("]})");
        CPPUNIT_ASSERT(policy.keepsAdmin(&user_, client_.id) && !policy.keepsAdmin(nullptr, client_.id));
        policy.setDynamic(R"({"admin_clients": [")" + client_.id.text() + R"("]})");
        CPPUNIT_ASSERT(!policy.keepsAdmin(&user_, client_.id) && policy.keepsAdmin(nullptr, client_.id));
        policy.setDynamic(std::nullopt);
        CPPUNIT_ASSERT(!policy.keepsAdmin(nullptr, client_.id));
        user_.canRequestAdmin = true;
        CPPUNIT_ASSERT(policy.keepsAdmin(&user_, client_.id));
    }

    void grantsHarmlessScopesToEverybody() {
        for (const char* grant : {kCode, kDevice, kClient}) {
            for (const char* scope : {"", "openid", "email", "urn:mas:graphql:*", "profile", "offline_access", "openid email profile"}) expect("", grant, scope);
        }
    }

    void grantsMatrixScopesToPeopleOnly() {
        for (const char* scope : {kApi, kUnstableApi}) {
            expect("", kCode, scope);
            expect("", kDevice, scope);
            expect("-", kClient, scope);
            expect("-", "refresh_token", scope);
        }
        expect("", kCode, std::string(kApi) + " urn:matrix:client:device:ABCDEFGHIJ");
        expect("", kDevice, std::string(kUnstableApi) + " urn:matrix:org.matrix.msc2967.client:device:ABCDEFGHIJ");
        expect("- -", kClient, std::string(kApi) + " urn:matrix:client:device:ABCDEFGHIJ");
    }

    void wantsLongDeviceIds() {
        const std::string prefix = std::string(kApi) + " urn:matrix:client:device:";
        expect("-", kCode, prefix + "ABCDEFGHI");
        expect("", kCode, prefix + "aZ09._~!$&'()*+,;=:@/-");
        for (const char* bad : {"ABCDEFGHI%", "ABCDEFGHI?", "ABCDEFGHI#", "ABCDEFGHIü", "ABCDEFGH\"I"}) expect("-", kCode, prefix + bad);
    }

    void attack28_neverGrantsWhatItDoesNotKnow() {
        for (const char* scope : {"foo", "OPENID", "openid2", "urn:mas:graphql", "urn:mas:admin:*", "urn:mas:*", "*", "urn:matrix:client:api:read", "urn:matrix:client:*",
                                  "urn:matrix:client:device:", "urn:matrix:client:device:*", "urn:synapse:admin:users", "urn:synapse:admin"}) {
            for (const char* grant : {kCode, kDevice, kClient}) CPPUNIT_ASSERT_MESSAGE(std::string(grant) + " " + scope, !judged(grant, scope).empty());
        }
        expect("- -", kCode, "foo bar openid");
    }

    void attack28_givesAdminScopesToAdminsOnly() {
        const std::string adminUser = R"({"admin_users":["alice"]})";
        const std::string adminClient = std::string(R"({"admin_clients":[")") + kClientId + "\"]}";
        const std::string lower = R"({"admin_clients":["01hfrqhw4kd7cmftp8q3fksn2e"],"admin_users":["Alice"]})";
        const struct {
            const char* scope;
            const char* grant;
            bool flag;
            std::string data;
            const char* expected;
        } rows[] = {
            {"urn:mas:admin", kCode, false, "{}", "-"},           {"urn:mas:admin", kCode, true, "{}", ""},
            {"urn:mas:admin", kDevice, true, "{}", ""},           {"urn:mas:admin", kCode, false, adminUser, ""},
            {"urn:mas:admin", kDevice, false, adminUser, ""},     {"urn:mas:admin", kCode, false, adminClient, "-"},
            {"urn:mas:admin", kCode, false, lower, "-"},          {"urn:mas:admin", kClient, false, "{}", "-"},
            {"urn:mas:admin", kClient, true, adminUser, "-"},     {"urn:mas:admin", kClient, false, adminClient, ""},
            {"urn:mas:admin", kClient, false, lower, "-"},        {"urn:synapse:admin:*", kCode, false, "{}", "-"},
            {"urn:synapse:admin:*", kCode, true, "{}", ""},       {"urn:synapse:admin:*", kDevice, false, adminUser, ""},
            {"urn:synapse:admin:*", kClient, true, adminClient, "-"}, {"urn:mas:admin", "refresh_token", true, adminUser, "-"},
        };
        for (const auto& row : rows) {
            user_.canRequestAdmin = row.flag;
            expect(row.expected, row.grant, row.scope, row.data);
        }
    }

    void attack28_refusesDeviceScopesThatDoNotGoTogether() {
        const std::string api = kApi;
        const std::string unstableApi = kUnstableApi;
        const std::string one = " urn:matrix:client:device:AAAAAAAAAA";
        const std::string two = " urn:matrix:client:device:BBBBBBBBBB";
        const std::string unstableOne = " urn:matrix:org.matrix.msc2967.client:device:AAAAAAAAAA";
        const std::string unstableTwo = " urn:matrix:org.matrix.msc2967.client:device:BBBBBBBBBB";
        expect("-", kCode, api + one + two);
        expect("-", kCode, unstableApi + unstableOne + unstableTwo);
        expect("-", kCode, "openid" + one);
        expect("-", kCode, "openid" + unstableOne);
        expect("-", kCode, api + " " + unstableApi);
        expect("-", kCode, api + unstableOne);
        expect("-", kCode, unstableApi + one);
        expect("-", kDevice, api + one + unstableOne);
        expect("- - -", kCode, "openid" + one + two + unstableOne);
    }

    void refusesBannedRequesters() {
        const std::string data = R"({"requester":{"banned_ips":["10.0.0.0/8"],"banned_user_agents":{"substrings":["bot"]}}})";
        for (const char* grant : {kCode, kDevice, kClient}) {
            CPPUNIT_ASSERT_EQUAL(std::string("-"), codes(decision(data, grant, "openid", {}, {"10.1.1.1", {}}).violations));
            CPPUNIT_ASSERT_EQUAL(std::string("-"), codes(decision(data, grant, "openid", {}, {{}, "a bot"}).violations));
            CPPUNIT_ASSERT_EQUAL(std::string(), codes(decision(data, grant, "openid", {}, {"11.1.1.1", "Bot"}).violations));
        }
    }

    void limitsTheNumberOfSessions() {
        const std::string limit = R"({"session_limit":{"soft_limit":5,"hard_limit":8}})";
        const std::string exempt = R"({"session_limit":{"soft_limit":5,"hard_limit":8,"max_session_threshold":10}})";
        const struct {
            std::string data;
            std::optional<SessionCounts> sessions;
            std::optional<std::int64_t> remove;
        } rows[] = {
            {limit, SessionCounts{1, 2, 1}, {}}, {limit, SessionCounts{2, 2, 1}, 1},  {limit, SessionCounts{9, 0, 0}, 5},   {limit, std::nullopt, {}},
            {exempt, SessionCounts{10, 0, 0}, 6}, {exempt, SessionCounts{11, 0, 0}, {}}, {"{}", SessionCounts{99, 0, 0}, {}}, {R"({"session_limit":null})", SessionCounts{99, 0, 0}, {}},
        };
        for (const auto& row : rows) {
            const auto found = decision(row.data, kCode, "openid", row.sessions).violations;
            CPPUNIT_ASSERT_EQUAL(row.remove.has_value() ? std::string("too-many-sessions") : std::string(), codes(found));
            if (row.remove) CPPUNIT_ASSERT_EQUAL(*row.remove, found.at(0).needToRemove.value());
        }
    }

    void asksForConsentUnlessToldOtherwise() {
        using Consent = GrantDecision::Consent;
        const std::string id = std::string("[\"") + kClientId + "\"]";
        CPPUNIT_ASSERT(decision("{}", kCode, "openid").consent == Consent::ask);
        CPPUNIT_ASSERT(decision(R"({"consent":{"skip_clients":["01HFVBY12TMNTYTBV8W921M5FA"]}})", kCode, "openid").consent == Consent::ask);
        CPPUNIT_ASSERT(decision(R"({"consent":{"remember_clients":)" + id + "}}", kCode, "openid").consent == Consent::remember);
        CPPUNIT_ASSERT(decision(R"({"consent":{"skip_clients":)" + id + R"(,"remember_clients":)" + id + "}}", kCode, "openid").consent == Consent::skip);
        CPPUNIT_ASSERT(!decision("{}", kCode, "openid").accessTokenLifetime);
        const auto found = decision(std::string("{\"token_lifetimes\":{\"") + kClientId + "\":60}}", kCode, "openid");
        CPPUNIT_ASSERT_EQUAL(std::int64_t(60'000'000), found.accessTokenLifetime.value().us);
        CPPUNIT_ASSERT(!found.scope);
    }

    void limitsCompatibilityLogins() {
        const std::string limit = R"({"session_limit":{"soft_limit":5,"hard_limit":8},"requester":{"banned_ips":["10.0.0.1"]}})";
        const std::string exempt = R"({"session_limit":{"soft_limit":5,"hard_limit":8,"max_session_threshold":8}})";
        const struct {
            std::string data;
            const char* type;
            std::int64_t total;
            bool replaced;
            const char* ip;
            std::int64_t remove;  // 0: allowed, -1: without a code
        } rows[] = {
            {limit, "m.login.sso", 4, false, "10.0.0.2", 0},     {limit, "m.login.sso", 5, false, "10.0.0.2", 1},      {limit, "m.login.sso", 9, false, "10.0.0.2", 5},
            {limit, "m.login.password", 7, false, "10.0.0.2", 0}, {limit, "m.login.password", 8, false, "10.0.0.2", 1}, {limit, "m.login.token", 7, false, "10.0.0.2", 0},
            {limit, "m.login.token", 10, false, "10.0.0.2", 3},  {limit, "m.login.token", 10, true, "10.0.0.2", 0},    {limit, "m.login.sso", 10, true, "10.0.0.2", 0},
            {exempt, "m.login.token", 8, false, "10.0.0.2", 1},  {exempt, "m.login.token", 9, false, "10.0.0.2", 0},   {"{}", "m.login.token", 99, false, "10.0.0.2", 0},
            {limit, "m.login.token", 0, true, "10.0.0.1", -1},   {limit, "m.login.sso", 0, false, "10.0.0.1", -1},
        };
        for (const auto& row : rows) {
            const auto found = policyOf(row.data).compatLogin(
                {.user = user_, .sessions = {0, row.total, 0}, .sessionReplaced = row.replaced, .loginType = row.type, .redirectUri = {}, .requester = {row.ip, {}}});
            const std::string what = std::string(row.type) + " " + std::to_string(row.total);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string(row.remove == 0 ? "" : row.remove < 0 ? "-" : "too-many-sessions"), codes(found));
            if (row.remove > 0) CPPUNIT_ASSERT_EQUAL_MESSAGE(what, row.remove, found.at(0).needToRemove.value());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantTest);

}  // namespace latchkey::policy
