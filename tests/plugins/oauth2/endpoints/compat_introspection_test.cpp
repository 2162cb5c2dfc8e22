// SPDX-License-Identifier: Apache-2.0
#include "domain/compat/session_repository.h"
#include "domain/compat/token_repository.h"
#include "domain/token/token_format.h"
#include "tests/contract/oauth/round_trips.h"
#include "tests/plugins/oauth2/endpoints/provider_world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::oauth2 {

class CompatIntrospectionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompatIntrospectionTest);
    CPPUNIT_TEST(describesAccessAndRefreshTokens);
    CPPUNIT_TEST(tellsTheDeviceAsTheHomeserverReadsIt);
    CPPUNIT_TEST(opensTheAdminApiToWhomItIsOpen);
    CPPUNIT_TEST(heedsHints);
    CPPUNIT_TEST(knowsTokensThatSynapseGave);
    CPPUNIT_TEST(asksTheDatabaseOnce);
    CPPUNIT_TEST(attack24_noTokenSurvives);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_PROVIDER_WORLD

    static constexpr const char* kBothApis = "urn:matrix:client:api:* urn:matrix:org.matrix.msc2967.client:api:*";

    struct Tokens {
        Ulid user;
        CompatSession session;
        std::string access = newToken(TokenKind::compatAccess), refresh = newToken(TokenKind::compatRefresh);
    };
    Tokens tokens(const std::string& name = "alice", const std::optional<std::string>& device = "ABCDEFGHIJ", const std::function<void(Tokens&)>& change = [](Tokens&) {}) {
        const Instant now = currentTime();
        const Ulid user = world_->base.user(name);
        Tokens made{user, {newId(now), user, device, {}, now, {}, false, {}, {}}};
        change(made);
        const CompatAccessToken access{newId(now), made.session.id, now, now + Duration::seconds(300)};
        world_->base.commit([&](UnitOfWork& work) {
            work.compatSessions().add(made.session);
            work.compatTokens().addAccess(access, made.access);
            work.compatTokens().addRefresh({newId(now), made.session.id, access.id, now, {}}, made.refresh);
        });
        return made;
    }
    /// As Synapse asks: with the device as a member of its own.
    http::Response asSynapse(const std::string& token) {
        return world_->call("POST", "/oauth2/introspect", {{"token", token}, {"token_type_hint", "access_token"}}, {{"Authorization", "Bearer homeserver-secret"}, {"X-MAS-Supports-Device-Id", "1"}});
    }

    void describesAccessAndRefreshTokens() {
        if (!world_) return;
        const Tokens made = tokens();
        const http::Response access = world_->introspect(made.access), refresh = world_->introspect(made.refresh);
        CPPUNIT_ASSERT_EQUAL(std::string("active client_id device_id exp expires_in iat nbf scope sub token_type username"), members(access));
        CPPUNIT_ASSERT_EQUAL(std::string("active client_id device_id iat nbf scope sub token_type username"), members(refresh));
        CPPUNIT_ASSERT_EQUAL(std::string("legacy alice access_token ") + made.user.text(), member(access, "client_id") + " " + member(access, "username") + " " + member(access, "token_type") + " " + member(access, "sub"));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh_token"), member(refresh, "token_type"));
        CPPUNIT_ASSERT_EQUAL(std::stoll(member(access, "iat")) + 300, std::stoll(member(access, "exp")));
        CPPUNIT_ASSERT(std::stoll(member(access, "expires_in")) > 200);
        CPPUNIT_ASSERT(world_->recorder.records.size() == 2 && world_->recorder.records.back().sessionId == made.session.id && !world_->recorder.records.back().ip);
        world_->base.sql("UPDATE compat_access_tokens SET expires_at = NULL");
        CPPUNIT_ASSERT_EQUAL(members(refresh), members(world_->introspect(made.access)));
    }

    void tellsTheDeviceAsTheHomeserverReadsIt() {
        if (!world_) return;
        const Tokens made = tokens(), odd = tokens("odd", "a b\xc3\xa9"), none = tokens("none", std::nullopt);
        CPPUNIT_ASSERT_EQUAL(std::string("urn:matrix:client:api:* urn:matrix:client:device:ABCDEFGHIJ urn:matrix:org.matrix.msc2967.client:api:* urn:matrix:org.matrix.msc2967.client:device:ABCDEFGHIJ"),
                             member(world_->introspect(made.access), "scope"));
        CPPUNIT_ASSERT_EQUAL(kBothApis + std::string(" ABCDEFGHIJ"), member(asSynapse(made.access), "scope") + " " + member(asSynapse(made.access), "device_id"));
        CPPUNIT_ASSERT_EQUAL(kBothApis + std::string(" a b\xc3\xa9"), member(asSynapse(odd.access), "scope") + " " + member(asSynapse(odd.access), "device_id"));
        CPPUNIT_ASSERT(!active(world_->introspect(odd.access)) && !active(world_->introspect(odd.refresh)));  // it would be somebody's without a device
        for (const http::Response& answer : {world_->introspect(none.access), asSynapse(none.access)}) CPPUNIT_ASSERT_EQUAL(kBothApis + std::string(" absent"), member(answer, "scope") + " " + member(answer, "device_id"));
    }

    void opensTheAdminApiToWhomItIsOpen() {
        if (!world_) return;
        const Tokens admin = tokens("admin", "A", [](Tokens& made) { made.session.isSynapseAdmin = true; }), other = tokens();
        CPPUNIT_ASSERT_EQUAL(kBothApis + std::string(" urn:synapse:admin:*"), member(asSynapse(admin.access), "scope"));
        CPPUNIT_ASSERT_EQUAL(std::string(kBothApis), member(asSynapse(other.access), "scope"));
    }

    void heedsHints() {
        if (!world_) return;
        const Tokens made = tokens();
        CPPUNIT_ASSERT(active(world_->introspect(made.access, "access_token")) && active(world_->introspect(made.refresh, "refresh_token")));
        CPPUNIT_ASSERT(!active(world_->introspect(made.access, "refresh_token")) && !active(world_->introspect(made.refresh, "access_token")) && !active(asSynapse(made.refresh)));
        for (const std::string& unknown : {newToken(TokenKind::compatAccess), made.access + "x", newToken(TokenKind::compatRefresh)}) CPPUNIT_ASSERT(!active(world_->introspect(unknown)));
    }

    void knowsTokensThatSynapseGave() {
        if (!world_) return;
        world_->base.keepPlain();
        const Tokens made = tokens("alice", "D", [](Tokens& each) {
            each.access = "syt_YWxpY2U_AbCdEfGhIjKlMnOpQrSt_0aBcDe";
            each.refresh = "syr_AbCdEfGhIjKlMnOpQrSt_0aBcDe";
        });
        CPPUNIT_ASSERT(active(asSynapse(made.access)) && active(world_->introspect(made.refresh)));
    }

    void asksTheDatabaseOnce() {
        if (!world_) return;
        const Tokens made = tokens();
        world_->introspect(made.access), world_->introspect(made.refresh);  // prepared
        for (const std::string& token : {made.access, made.refresh, newToken(TokenKind::compatAccess)}) {
            CPPUNIT_ASSERT_EQUAL(1, contract::roundTrips(world_->base.pool(), [&] { world_->introspect(token); }));
        }
        CPPUNIT_ASSERT_EQUAL(0, contract::roundTrips(world_->base.pool(), [&] { world_->introspect("mct_" + std::string(30, 'A') + "_000000"); }));
    }

    void attack24_noTokenSurvives() {
        if (!world_) return;
        const std::vector<std::pair<std::string, std::string>> events = {
            {"lock", "UPDATE users SET locked_at = now()"},
            {"deactivate", "UPDATE users SET deactivated_at = now()"},
            {"session", "UPDATE compat_sessions SET finished_at = now()"},
        };
        for (const auto& [name, event] : events) {
            const Tokens made = tokens(name);
            CPPUNIT_ASSERT(active(asSynapse(made.access)));
            world_->base.sql(event);
            CPPUNIT_ASSERT_MESSAGE(name, !active(asSynapse(made.access)) && !active(world_->introspect(made.access)) && !active(world_->introspect(made.refresh)));
        }
        const Tokens made = tokens("expired");
        world_->base.sql("UPDATE compat_access_tokens SET expires_at = now(); UPDATE compat_refresh_tokens SET consumed_at = now()");
        CPPUNIT_ASSERT_EQUAL(std::string("{\"active\":false}"), std::string(asSynapse(made.access).content()));
        CPPUNIT_ASSERT(!active(world_->introspect(made.refresh)));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CompatIntrospectionTest);

}  // namespace latchkey::oauth2
