// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/personal/session.h"
#include "domain/session/account_session.h"
#include "domain/token/token_format.h"
#include "domain/user/user_repository.h"
#include "tests/plugins/oauth2/endpoints/provider_world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::oauth2 {

class IntrospectionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IntrospectionTest);
    CPPUNIT_TEST(describesAccessAndRefreshTokens);
    CPPUNIT_TEST(describesPersonalTokens);
    CPPUNIT_TEST(attack24_noPersonalTokenSurvives);
    CPPUNIT_TEST(heedsHints);
    CPPUNIT_TEST(answersConfidentialClientsAndTheHomeserverOnly);
    CPPUNIT_TEST(attack24_noTokenSurvives);
    CPPUNIT_TEST(attack27_anotherClientsTokenIsNotRevoked);
    CPPUNIT_TEST(revokesTheSession);
    CPPUNIT_TEST(answersUserInfo);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_PROVIDER_WORLD

    struct Tokens {
        Made client;
        Ulid user, session;
        std::string access, refresh;
    };
    Tokens tokens(const std::string& name = "alice", const std::string& scope = "openid email urn:matrix:client:api:* urn:matrix:client:device:ABCDEFGHIJ") {
        const Made client = world_->client();
        const Ulid user = world_->base.user(name);
        const Allowed allowed = world_->allow(client, user, scope);
        const http::Response answer = world_->token(client, world_->exchange(allowed));
        return {client, user, allowed.session, member(answer, "access_token"), member(answer, "refresh_token")};
    }

    void describesAccessAndRefreshTokens() {
        if (!world_) return;
        const Tokens made = tokens();
        const http::Response access = world_->introspect(made.access), refresh = world_->introspect(made.refresh);
        CPPUNIT_ASSERT_EQUAL(std::string("active client_id exp expires_in iat jti nbf scope sub token_type username"), members(access));
        CPPUNIT_ASSERT_EQUAL(std::string("active client_id iat jti nbf scope sub token_type username"), members(refresh));
        CPPUNIT_ASSERT_EQUAL(std::string("email openid urn:matrix:client:api:* urn:matrix:client:device:ABCDEFGHIJ urn:matrix:org.matrix.msc2967.client:api:* "
                                         "urn:matrix:org.matrix.msc2967.client:device:ABCDEFGHIJ"), member(access, "scope"));
        CPPUNIT_ASSERT_EQUAL(made.client.client.clientId(), member(access, "client_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), member(access, "username"));
        CPPUNIT_ASSERT_EQUAL(made.user.text(), member(access, "sub"));
        CPPUNIT_ASSERT_EQUAL(std::string("access_token"), member(access, "token_type"));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh_token"), member(refresh, "token_type"));
        CPPUNIT_ASSERT_EQUAL(std::stoll(member(access, "iat")) + 300, std::stoll(member(access, "exp")));
        CPPUNIT_ASSERT_EQUAL(member(access, "iat"), member(access, "nbf"));
        CPPUNIT_ASSERT(!world_->recorder.records.empty() && world_->recorder.records.back().sessionId == made.session && !world_->recorder.records.back().ip);
    }

    struct Personal {
        Ulid user, session;
        std::string token;
    };
    Personal personal(const std::string& name, std::optional<Duration> lifetime = Duration::seconds(3600), std::optional<Ulid> ownerClient = {}) {
        const Personal made{world_->base.user(name), world_->base.id(), newToken(TokenKind::personalAccess)};
        const Instant now = currentTime();
        world_->base.commit([&](UnitOfWork& work) {
            work.personalSessions().add({made.session, ownerClient ? std::nullopt : std::optional(made.user), ownerClient, made.user, "Robot", Scope({"openid", std::string(kScopeApiStable)}), now, {}});
            work.personalSessions().addToken({world_->base.id(), made.session, now, lifetime ? std::optional(now + *lifetime) : std::nullopt, {}}, made.token);
        });
        return made;
    }

    void describesPersonalTokens() {
        if (!world_) return;
        const Personal made = personal("alice");
        const http::Response answer = world_->introspect(made.token);
        CPPUNIT_ASSERT_EQUAL(std::string("active exp expires_in iat jti nbf scope sub token_type username"), members(answer));
        CPPUNIT_ASSERT_EQUAL(std::string("openid urn:matrix:client:api:* urn:matrix:org.matrix.msc2967.client:api:*"), member(answer, "scope"));
        CPPUNIT_ASSERT_EQUAL(made.user.text(), member(answer, "sub"));
        CPPUNIT_ASSERT(member(answer, "username") == "alice" && member(answer, "token_type") == "access_token");
        CPPUNIT_ASSERT(world_->recorder.records.back().sessionId == made.session && world_->recorder.records.back().kind == SessionKind::personal);
        CPPUNIT_ASSERT(active(world_->introspect(made.token, "access_token")) && !active(world_->introspect(made.token, "refresh_token")));
        const Made client = world_->client();
        const http::Response owned = world_->introspect(personal("bob", std::nullopt, client.client.id).token);
        CPPUNIT_ASSERT_EQUAL(std::string("active client_id iat jti nbf scope sub token_type username"), members(owned));
        CPPUNIT_ASSERT_EQUAL(client.client.clientId(), member(owned, "client_id"));
    }
    void attack24_noPersonalTokenSurvives() {
        if (!world_) return;
        CPPUNIT_ASSERT(!active(world_->introspect(personal("late", Duration::seconds(-1)).token)));
        for (const char* mark : {"locked_at", "deactivated_at"}) {
            const Personal made = personal(mark);
            CPPUNIT_ASSERT(active(world_->introspect(made.token)));
            world_->base.sql(std::string("UPDATE users SET ") + mark + " = now()");
            CPPUNIT_ASSERT_MESSAGE(mark, !active(world_->introspect(made.token)));
        }
        const Personal made = personal("alice");
        world_->base.commit([&](UnitOfWork& work) { CPPUNIT_ASSERT(endSession(work, made.user, SessionKind::personal, made.session, currentTime())); });
        CPPUNIT_ASSERT(!active(world_->introspect(made.token)));
    }

    void heedsHints() {
        if (!world_) return;
        const Tokens made = tokens();
        CPPUNIT_ASSERT(active(world_->introspect(made.access, "access_token")) && active(world_->introspect(made.refresh, "refresh_token")));
        for (const char* hint : {"refresh_token", "pct"}) CPPUNIT_ASSERT(!active(world_->introspect(made.access, hint)));
        CPPUNIT_ASSERT_EQUAL(std::string("{\"active\":false}"), std::string(world_->introspect(made.refresh, "access_token").content()));
        for (const std::string& unknown : {std::string("x"), made.access + "x", "mat_" + std::string(30, 'A') + "_000000"}) CPPUNIT_ASSERT(!active(world_->introspect(unknown)));
    }

    void answersConfidentialClientsAndTheHomeserverOnly() {
        if (!world_) return;
        const Tokens made = tokens();
        CPPUNIT_ASSERT(active(world_->post("/oauth2/introspect", {{"token", made.access}}, world_->client().credentials())));
        const Made open = world_->client([](Client& each) { each.tokenEndpointAuthMethod = "none"; });
        CPPUNIT_ASSERT_EQUAL(std::string("401 access_denied"), outcome(world_->post("/oauth2/introspect", {{"token", made.access}, {"client_id", open.client.clientId()}})));
        CPPUNIT_ASSERT_EQUAL(std::string("401 access_denied"), outcome(world_->call("POST", "/oauth2/introspect", {{"token", made.access}}, {{"Authorization", "Bearer homeserver-secre"}})));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), outcome(world_->call("POST", "/oauth2/introspect", {}, {{"Authorization", "Bearer homeserver-secret"}})));
    }

    void attack24_noTokenSurvives() {
        if (!world_) return;
        const std::vector<std::pair<std::string, std::string>> events = {
            {"lock", "UPDATE users SET locked_at = now()"},
            {"deactivate", "UPDATE users SET deactivated_at = now()"},
            {"session", "UPDATE oauth2_sessions SET finished_at = now()"},
        };
        for (const auto& [name, event] : events) {
            const Tokens made = tokens(name);
            CPPUNIT_ASSERT(active(world_->introspect(made.access)));
            world_->base.sql(event);
            CPPUNIT_ASSERT_MESSAGE(name, !active(world_->introspect(made.access)) && !active(world_->introspect(made.refresh)));
            CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(made.client, {{"grant_type", "refresh_token"}, {"refresh_token", made.refresh}})));
            CPPUNIT_ASSERT_EQUAL(401, world_->call("GET", "/oauth2/userinfo", {}, {{"Authorization", "Bearer " + made.access}}).status);
        }
    }

    void attack27_anotherClientsTokenIsNotRevoked() {
        if (!world_) return;
        const Tokens made = tokens();
        const Made other = world_->client();
        for (const std::string& token : {made.access, made.refresh}) CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->post("/oauth2/revoke", {{"token", token}}, other.credentials())));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(other, {{"grant_type", "refresh_token"}, {"refresh_token", made.refresh}})));
        CPPUNIT_ASSERT(active(world_->introspect(made.access)) && active(world_->introspect(made.refresh)));
    }

    void revokesTheSession() {
        if (!world_) return;
        const Tokens made = tokens();
        CPPUNIT_ASSERT_EQUAL(std::string("400 unsupported_token_type"), outcome(world_->post("/oauth2/revoke", {{"token", made.access}, {"token_type_hint", "pct"}}, made.client.credentials())));
        for (const Fields& hint : {Fields{}, Fields{{"token_type_hint", "pct"}}}) {
            Fields form = {{"token", made.access + "x"}};
            form.insert(form.end(), hint.begin(), hint.end());
            CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->post("/oauth2/revoke", form, made.client.credentials())));
        }
        CPPUNIT_ASSERT(active(world_->introspect(made.access)));
        const http::Response answer = world_->post("/oauth2/revoke", {{"token", made.access}}, made.client.credentials());
        CPPUNIT_ASSERT(answer.status == 200 && answer.content().empty());
        CPPUNIT_ASSERT(!active(world_->introspect(made.access)) && !active(world_->introspect(made.refresh)));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->base.sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'sync-devices'"));
    }

    void answersUserInfo() {
        if (!world_) return;
        const Tokens made = tokens();
        const Fields bearer = {{"Authorization", "Bearer " + made.access}};
        CPPUNIT_ASSERT_EQUAL(std::string("sub username"), members(world_->call("GET", "/oauth2/userinfo", {}, bearer)));
        CPPUNIT_ASSERT_EQUAL(200, world_->call("POST", "/oauth2/userinfo", {{"access_token", made.access}}).status);
        CPPUNIT_ASSERT_EQUAL(400, world_->call("POST", "/oauth2/userinfo", {{"access_token", made.access}}, bearer).status);
        const http::Response without = world_->call("GET", "/oauth2/userinfo");
        CPPUNIT_ASSERT(without.status == 401 && without.headers.get("WWW-Authenticate").has_value());
        const Tokens narrow = tokens("bob", "email");
        CPPUNIT_ASSERT_EQUAL(403, world_->call("GET", "/oauth2/userinfo", {}, {{"Authorization", "Bearer " + narrow.access}}).status);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(IntrospectionTest);

}  // namespace latchkey::oauth2
