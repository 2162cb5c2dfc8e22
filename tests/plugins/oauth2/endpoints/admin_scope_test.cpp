// SPDX-License-Identifier: Apache-2.0
#include "domain/personal/session.h"
#include "domain/token/token_format.h"
#include "plugins/policy-builtin/builtin_policy.h"
#include "tests/plugins/oauth2/endpoints/provider_world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::oauth2 {

namespace {

constexpr const char* kAdmin = "openid urn:mas:admin urn:matrix:client:api:* urn:synapse:admin:*";
constexpr const char* kNobody = R"({"admin_users": []})";
constexpr const char* kAlice = R"({"admin_users": ["alice"]})";

}  // namespace

/// Who was an administrator and is one no longer.
class AdminScopeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdminScopeTest);
    CPPUNIT_TEST(attack23_aRefreshAsksAgainWhetherAdminScopesAreAllowed);
    CPPUNIT_TEST(attack23_theFlagOfTheUserCountsAtOnce);
    CPPUNIT_TEST(attack23_aPolicyThatNarrowsAdminScopesAwayRefuses);
    CPPUNIT_TEST(attack23_aLostAnswerIsNotRepeatedToWhoIsNoAdministratorAnyMore);
    CPPUNIT_TEST(attack23_introspectionLeavesAdminScopesOut);
    CPPUNIT_TEST(attack23_personalTokensLoseAdminScopesWithTheirOwner);
    CPPUNIT_TEST(refreshesWithoutAdminScopesDoNotAskThePolicy);
    CPPUNIT_TEST(aPolicyThatCannotDecideLeavesTheTokenGood);
    CPPUNIT_TEST(thePolicyIsAskedWithoutAConnection);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_PROVIDER_WORLD

    struct Tokens {
        Made client;
        std::string access, refresh;
    };
    Tokens tokens(const std::string& scope = kAdmin, const std::string& user = "alice") {
        const Made client = world_->client();
        const http::Response answer = world_->token(client, world_->exchange(world_->allow(client, world_->base.user(user), scope)));
        return {client, member(answer, "access_token"), member(answer, "refresh_token")};
    }
    http::Response refresh(Tokens& of) {
        http::Response answer = world_->token(of.client, {{"grant_type", "refresh_token"}, {"refresh_token", of.refresh}});
        if (answer.status == 200) of.refresh = member(answer, "refresh_token");
        if (answer.status == 200) of.access = member(answer, "access_token");
        return answer;
    }
    void use(Policy& policy) {
        world_->otherPolicy = &policy;
        world_->restart();
    }
    std::string scopeOf(const std::string& token) { return member(world_->introspect(token), "scope"); }
    static bool administers(const std::string& scope) { return scope.find("admin") != std::string::npos; }

    void attack23_aRefreshAsksAgainWhetherAdminScopesAreAllowed() {
        if (!world_) return;
        policy::BuiltinPolicy policy(kNobody);
        policy.setDynamic(kAlice);
        use(policy);
        Tokens made = tokens();
        CPPUNIT_ASSERT_EQUAL(std::string(kAdmin), member(refresh(made), "scope"));
        policy.setDynamic(std::nullopt);
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(refresh(made)));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"),
                             outcome(world_->token(made.client, {{"grant_type", "refresh_token"}, {"refresh_token", made.refresh}, {"scope", "openid"}})));
        policy.setDynamic(kAlice);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the refused token was not used up", std::string("200"), outcome(refresh(made)));
    }

    void attack23_theFlagOfTheUserCountsAtOnce() {
        if (!world_) return;
        policy::BuiltinPolicy policy(kNobody);
        use(policy);
        Tokens made = tokens();
        world_->base.sql("UPDATE users SET can_request_admin = true");
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(refresh(made)));
        CPPUNIT_ASSERT(administers(scopeOf(made.access)));
        world_->base.sql("UPDATE users SET can_request_admin = false");
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(refresh(made)));
        CPPUNIT_ASSERT(!administers(scopeOf(made.access)));
    }

    void attack23_aPolicyThatNarrowsAdminScopesAwayRefuses() {
        if (!world_) return;
        Tokens made = tokens();
        world_->policy.decision.scope = contract::scope("openid urn:mas:admin urn:matrix:client:api:*");
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(refresh(made)));
        world_->policy.decision.scope = contract::scope("urn:mas:admin urn:synapse:admin:*");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("only admin scopes are looked at again", std::string(kAdmin), member(refresh(made), "scope"));
    }

    void attack23_aLostAnswerIsNotRepeatedToWhoIsNoAdministratorAnyMore() {
        if (!world_) return;
        Tokens made = tokens();
        const std::string first = made.refresh;
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(refresh(made)));
        made.refresh = first;
        world_->policy.decision.violations = {{.message = "no", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(refresh(made)));
        world_->policy.decision.violations.clear();
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(refresh(made)));
    }

    void attack23_introspectionLeavesAdminScopesOut() {
        if (!world_) return;
        const Tokens made = tokens();
        CPPUNIT_ASSERT(administers(scopeOf(made.access)) && administers(scopeOf(made.refresh)));
        world_->policy.keeps = false;
        for (const std::string& token : {made.access, made.refresh}) {
            CPPUNIT_ASSERT_EQUAL(std::string("openid urn:matrix:client:api:* urn:matrix:org.matrix.msc2967.client:api:*"), scopeOf(token));
        }
    }

    void attack23_personalTokensLoseAdminScopesWithTheirOwner() {
        if (!world_) return;
        policy::BuiltinPolicy policy(kAlice);
        use(policy);
        const Ulid owner = world_->base.user("alice"), actor = world_->base.user("robot");
        const std::string token = newToken(TokenKind::personalAccess);
        world_->base.commit([&](UnitOfWork& work) {
            const Ulid session = world_->base.id();
            const Instant now = currentTime();
            work.personalSessions().add({session, owner, {}, actor, "Robot", contract::scope(kAdmin), now, {}});
            work.personalSessions().addToken({world_->base.id(), session, now, {}, {}}, token);
        });
        CPPUNIT_ASSERT(administers(scopeOf(token)));
        policy.setDynamic(R"({"admin_users": null})");
        world_->base.sql("UPDATE users SET can_request_admin = true WHERE username = 'robot'");
        CPPUNIT_ASSERT(!administers(scopeOf(token)));
    }

    void refreshesWithoutAdminScopesDoNotAskThePolicy() {
        if (!world_) return;
        Tokens made = tokens("openid urn:matrix:client:api:*");
        world_->policy.keeps = false;
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(refresh(made)));
        CPPUNIT_ASSERT_EQUAL(0, world_->policy.asked);
        Tokens admin = tokens("urn:synapse:admin:*", "bob");
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(refresh(admin)));
        CPPUNIT_ASSERT_EQUAL(1, world_->policy.asked);
    }

    void aPolicyThatCannotDecideLeavesTheTokenGood() {
        if (!world_) return;
        Tokens made = tokens();
        world_->policy.before = [] { throw Unavailable("the policy engine is away"); };
        CPPUNIT_ASSERT_THROW(refresh(made), Unavailable);
        CPPUNIT_ASSERT_MESSAGE("one that calls out is not asked at introspection", administers(scopeOf(made.access)));
        world_->policy.before = {};
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(refresh(made)));
    }

    void thePolicyIsAskedWithoutAConnection() {
        if (!world_) return;
        Tokens made = tokens();
        std::size_t open = 0, idle = 0;
        world_->policy.before = [&] { open = world_->base.pool().stats().open, idle = world_->base.pool().stats().idle; };
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(refresh(made)));
        CPPUNIT_ASSERT(open > 0 && open == idle);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AdminScopeTest);

}  // namespace latchkey::oauth2
