// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/oauth/world.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::contract {

class SessionContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SessionContractTest);
    CPPUNIT_TEST(keepsEveryField);
    CPPUNIT_TEST(keepsScopesInByteOrder);
    CPPUNIT_TEST(finishesOnceAndWithItsTokens);
    CPPUNIT_TEST(finishingHasOneWinnerOfFifty);
    CPPUNIT_TEST(finishesAllActiveOnesOfAUser);
    CPPUNIT_TEST(recordsUserAgentsAndWritesOnlyChanges);
    CPPUNIT_TEST(countsActiveSessionsByKind);
    CPPUNIT_TEST(remembersConsentsTogether);
    CPPUNIT_TEST(remembersConsentsOfFiftyAtOnce);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    void keepsEveryField() {
        if (!world_) return;
        OAuthSession made;
        made.id = world_->id();
        made.userId = world_->user();
        made.clientId = world_->client();
        made.browserSessionId = world_->browserSession(*made.userId);
        made.scope = scope("openid email");
        made.createdAt = world_->now;
        made.finishedAt = later(world_->now, 1);
        made.lastActiveAt = later(world_->now, 2);
        made.lastActiveIp = "192.0.2.1";
        made.userAgent = "Element/1";
        made.humanName = "Laptop";
        world_->commit([&](UnitOfWork& work) { work.oauthSessions().add(made); });
        const auto found = world_->store().begin()->oauthSessions().find(made.id);
        CPPUNIT_ASSERT(found && found->userId == made.userId && found->clientId == made.clientId && found->browserSessionId == made.browserSessionId);
        CPPUNIT_ASSERT(found->scope == made.scope && found->createdAt == made.createdAt && found->finishedAt == made.finishedAt);
        CPPUNIT_ASSERT(found->lastActiveAt == made.lastActiveAt && found->lastActiveIp == made.lastActiveIp);
        CPPUNIT_ASSERT(found->userAgent == made.userAgent && found->humanName == made.humanName);
        CPPUNIT_ASSERT(!world_->store().begin()->oauthSessions().find(world_->id()));
    }

    void keepsScopesInByteOrder() {
        if (!world_) return;
        OAuthSession made = world_->session();
        made.id = world_->id();
        made.scope = scope("openid b Z email a");
        world_->commit([&](UnitOfWork& work) { work.oauthSessions().add(made); });
        CPPUNIT_ASSERT_EQUAL(std::string("{Z,a,b,email,openid}"), world_->sql("SELECT scope_list FROM oauth2_sessions WHERE oauth2_session_id = '" + made.id.uuid() + "'"));
    }

    void finishesOnceAndWithItsTokens() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        const AccessToken access = world_->access(session.id, "mat_a_1");
        const AccessToken revoked = world_->access(session.id, "mat_a_2");
        const RefreshToken consumed = world_->refresh(session.id, access.id, "mar_a_1");
        const RefreshToken valid = world_->refresh(session.id, access.id, "mar_a_2");
        const OAuthSession other = world_->session();
        world_->access(other.id, "mat_a_3");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->tokens().revokeAccess(revoked.id, world_->now) && work->tokens().consume(consumed.id, valid.id, world_->now));
        CPPUNIT_ASSERT(work->oauthSessions().finish(session.id, later(world_->now, 5)));
        CPPUNIT_ASSERT(!work->oauthSessions().finish(session.id, later(world_->now, 6)) && !work->oauthSessions().finish(world_->id(), world_->now));
        CPPUNIT_ASSERT(work->oauthSessions().find(session.id)->finishedAt == later(world_->now, 5));
        CPPUNIT_ASSERT(work->tokens().findAccess("mat_a_1")->token.revokedAt == later(world_->now, 5));
        CPPUNIT_ASSERT(work->tokens().findAccess("mat_a_2")->token.revokedAt == world_->now);
        CPPUNIT_ASSERT(work->tokens().findRefresh("mar_a_1")->token.state == RefreshToken::State::consumed);
        CPPUNIT_ASSERT(work->tokens().findRefresh("mar_a_2")->token.state == RefreshToken::State::revoked);
        CPPUNIT_ASSERT(!work->tokens().findAccess("mat_a_3")->token.revokedAt);
    }

    void finishingHasOneWinnerOfFifty() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.oauthSessions().finish(session.id, world_->now); }));
    }

    void finishesAllActiveOnesOfAUser() {
        if (!world_) return;
        const Ulid alice = world_->user("alice");
        const OAuthSession one = world_->session(alice);
        world_->session(alice);
        const OAuthSession others = world_->session(world_->user("bob"));
        world_->access(one.id, "mat_a_1");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), work->oauthSessions().finishAllOf(alice, world_->now));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), work->oauthSessions().finishAllOf(alice, world_->now));
        CPPUNIT_ASSERT(work->tokens().findAccess("mat_a_1")->token.revokedAt == world_->now);
        CPPUNIT_ASSERT(work->oauthSessions().find(others.id)->active());
    }

    void recordsUserAgentsAndWritesOnlyChanges() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        const auto record = [&](const char* agent) { world_->commit([&](UnitOfWork& work) { work.oauthSessions().recordUserAgent(session.id, agent); }); };
        const std::string version = "SELECT xmin FROM oauth2_sessions";
        record("Element/1");
        const std::string before = world_->sql(version);
        record("Element/1");
        CPPUNIT_ASSERT_EQUAL(before, world_->sql(version));
        record("Element/2");
        CPPUNIT_ASSERT(world_->store().begin()->oauthSessions().find(session.id)->userAgent == "Element/2");
    }

    void countsActiveSessionsByKind() {
        if (!world_) return;
        const Ulid alice = world_->user("alice");
        const Ulid bob = world_->user("bob");
        world_->session(alice);
        world_->session(bob);
        const OAuthSession ended = world_->session(alice);
        world_->commit([&](UnitOfWork& work) { work.oauthSessions().finish(ended.id, world_->now); });
        const std::string a = "'" + alice.uuid() + "'";
        const std::string b = "'" + bob.uuid() + "'";
        world_->sql("INSERT INTO compat_sessions (compat_session_id, user_id, created_at, finished_at) VALUES (gen_random_uuid(), " + a + ", now(), NULL), "
                    "(gen_random_uuid(), " + a + ", now(), NULL), (gen_random_uuid(), " + a + ", now(), now());"
                    "INSERT INTO personal_sessions (personal_session_id, owner_user_id, actor_user_id, human_name, scope_list, created_at, revoked_at) VALUES "
                    "(gen_random_uuid(), " + a + ", " + a + ", '', '{}', now(), NULL), (gen_random_uuid(), " + a + ", " + b + ", '', '{}', now(), NULL), "
                    "(gen_random_uuid(), " + b + ", " + a + ", '', '{}', now(), NULL), (gen_random_uuid(), " + a + ", " + a + ", '', '{}', now(), now())");
        const SessionCounts counts = world_->store().begin()->oauthSessions().countActiveOf(alice);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), counts.oauth2);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), counts.compat);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), counts.personal);
    }

    void remembersConsentsTogether() {
        if (!world_) return;
        const Ulid user = world_->user();
        const Ulid one = world_->client();
        const Ulid other = world_->client();
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->oauthSessions().consented(user, one).empty());
        work->oauthSessions().rememberConsent(user, one, scope("openid email"), world_->now);
        work->oauthSessions().rememberConsent(user, one, scope("openid urn:matrix:client:api:*"), world_->now);
        CPPUNIT_ASSERT(work->oauthSessions().consented(user, one) == scope("openid email urn:matrix:client:api:*"));
        CPPUNIT_ASSERT(work->oauthSessions().consented(user, other).empty());
    }

    void remembersConsentsOfFiftyAtOnce() {
        if (!world_) return;
        const Ulid user = world_->user();
        const Ulid client = world_->client();
        std::atomic<int> turn{0};
        world_->winners([&](UnitOfWork& work) {
            work.oauthSessions().rememberConsent(user, client, scope("openid scope" + std::to_string(turn++)), world_->now);
            return true;
        });
        CPPUNIT_ASSERT_EQUAL(std::size_t(51), world_->store().begin()->oauthSessions().consented(user, client).tokens().size());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SessionContractTest);

}  // namespace latchkey::contract
