// SPDX-License-Identifier: Apache-2.0
#include "domain/compat/session_repository.h"
#include "domain/compat/sso_login.h"
#include "domain/compat/token_repository.h"
#include "domain/token/token_digest.h"
#include "tests/contract/oauth/world.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <mutex>

namespace latchkey::contract {

class CompatContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompatContractTest);
    CPPUNIT_TEST(readsWhatItWrote);
    CPPUNIT_TEST(findsTokensKeptEitherWay);
    CPPUNIT_TEST(aRotationHasOneWinner);
    CPPUNIT_TEST(aRotationEndsOlderTokens);
    CPPUNIT_TEST(anEndedSessionRotatesNothing);
    CPPUNIT_TEST(finishesWhatHasTheDevice);
    CPPUNIT_TEST(finishesTheLeastRecentlyUsed);
    CPPUNIT_TEST(anSsoLoginIsFulfilledAndExchangedOnce);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    CompatSession session(const Ulid& user, const std::string& device = "DEVICE") {
        const CompatSession made{world_->id(), user, device, {}, world_->now, {}, false, "agent", "phone"};
        world_->commit([&](UnitOfWork& work) { work.compatSessions().add(made); });
        return made;
    }
    CompatRefreshToken tokens(const CompatSession& session, const std::string& access, const std::string& refresh) {
        const CompatAccessToken made{world_->id(), session.id, world_->now, later(world_->now, 300)};
        const CompatRefreshToken again{world_->id(), session.id, made.id, world_->now, {}};
        world_->commit([&](UnitOfWork& work) {
            work.compatTokens().addAccess(made, access);
            work.compatTokens().addRefresh(again, refresh);
        });
        return again;
    }
    CompatRotation rotation(const CompatRefreshToken& presented, const std::string& suffix) {
        const Instant at = later(world_->now, 10);
        const CompatAccessToken access{newId(), presented.sessionId, at, later(at, 300)};
        return {presented.id, presented.sessionId, access, "mct_" + suffix, {newId(), presented.sessionId, access.id, at, {}}, "mcr_" + suffix, at};
    }
    Ulid newId() {
        const std::lock_guard lock(mutex_);
        return world_->id();
    }
    bool active(const CompatSession& session) { return world_->store().reading()->compatSessions().find(session.id)->active(); }

    void readsWhatItWrote() {
        if (!world_) return;
        const CompatSession made = session(world_->user());
        const auto read = world_->store().reading()->compatSessions().find(made.id);
        CPPUNIT_ASSERT(read && read->userId == made.userId && read->deviceId == "DEVICE" && read->createdAt == world_->now && read->active());
        CPPUNIT_ASSERT(read->userAgent == "agent" && read->humanName == "phone" && !read->isSynapseAdmin && !read->browserSessionId);
        world_->commit([&](UnitOfWork& work) { CPPUNIT_ASSERT(work.compatSessions().finish(made.id, world_->now)); });
        world_->commit([&](UnitOfWork& work) { CPPUNIT_ASSERT(!work.compatSessions().finish(made.id, later(world_->now, 1))); });
    }

    void findsTokensKeptEitherWay() {
        if (!world_) return;
        const CompatSession made = session(world_->user());
        tokens(made, "mct_digest", "mcr_digest");
        world_->keepPlain();
        tokens(made, "mct_plain", "mcr_plain");
        const auto work = world_->store().reading();
        for (const std::string each : {"digest", "plain"}) {
            const auto access = work->compatTokens().findAccess("mct_" + each);
            const auto refresh = work->compatTokens().findRefresh("mcr_" + each);
            CPPUNIT_ASSERT(access && access->session.id == made.id && access->user.username == "alice" && access->validAt(world_->now));
            CPPUNIT_ASSERT(!access->validAt(later(world_->now, 300)));
            CPPUNIT_ASSERT(refresh && refresh->valid() && refresh->token.accessTokenId == access->token.id);
        }
        CPPUNIT_ASSERT(!work->compatTokens().findAccess(tokenDigest("mct_digest")));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM compat_access_tokens WHERE access_token = 'mct_plain'"));
    }

    void aRotationHasOneWinner() {
        if (!world_) return;
        const CompatRefreshToken presented = tokens(session(world_->user()), "mct_0", "mcr_0");
        std::atomic<int> next = 0;
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.compatTokens().rotate(rotation(presented, "n" + std::to_string(++next))); }));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world_->sql("SELECT count(*) FROM compat_refresh_tokens"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world_->sql("SELECT count(*) FROM compat_access_tokens"));
    }

    void aRotationEndsOlderTokens() {
        if (!world_) return;
        const CompatSession made = session(world_->user());
        tokens(made, "mct_other", "mcr_other");
        const CompatRefreshToken presented = tokens(made, "mct_0", "mcr_0");
        world_->commit([&](UnitOfWork& work) { CPPUNIT_ASSERT(work.compatTokens().rotate(rotation(presented, "1"))); });
        const auto work = world_->store().reading();
        CPPUNIT_ASSERT(!work->compatTokens().findRefresh("mcr_0")->valid() && !work->compatTokens().findRefresh("mcr_other")->valid());
        CPPUNIT_ASSERT(!work->compatTokens().findAccess("mct_0")->validAt(later(world_->now, 10)) && work->compatTokens().findAccess("mct_other")->validAt(later(world_->now, 10)));
        CPPUNIT_ASSERT(work->compatTokens().findRefresh("mcr_1")->valid() && work->compatTokens().findAccess("mct_1")->validAt(later(world_->now, 10)));
    }

    void anEndedSessionRotatesNothing() {
        if (!world_) return;
        const CompatSession made = session(world_->user());
        const CompatRefreshToken presented = tokens(made, "mct_0", "mcr_0");
        world_->commit([&](UnitOfWork& work) { work.compatSessions().finish(made.id, world_->now); });
        world_->commit([&](UnitOfWork& work) { CPPUNIT_ASSERT(!work.compatTokens().rotate(rotation(presented, "1"))); });
        CPPUNIT_ASSERT(!world_->store().reading()->compatTokens().findAccess("mct_1"));
    }

    void finishesWhatHasTheDevice() {
        if (!world_) return;
        const Ulid alice = world_->user(), bob = world_->user("bob");
        const CompatSession same = session(alice), other = session(alice, "OTHER"), foreign = session(bob);
        const OAuthSession oauth = world_->session(alice);
        world_->sql("UPDATE oauth2_sessions SET scope_list = ARRAY['urn:matrix:org.matrix.msc2967.client:device:DEVICE']");
        std::vector<EndedSession> ended;
        world_->commit([&](UnitOfWork& work) { ended = work.compatSessions().finishDevice(alice, "DEVICE", world_->now); });
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), ended.size());
        CPPUNIT_ASSERT(ended[0].kind == SessionKind::compat && ended[0].id == same.id);
        CPPUNIT_ASSERT(ended[1].kind == SessionKind::oauth2 && ended[1].id == oauth.id);
        CPPUNIT_ASSERT(!active(same) && active(other) && active(foreign));
        CPPUNIT_ASSERT(!world_->store().reading()->oauthSessions().find(oauth.id)->active());
    }

    void finishesTheLeastRecentlyUsed() {
        if (!world_) return;
        const Ulid alice = world_->user();
        const CompatSession stale = session(alice, "A"), unused = session(alice, "B"), fresh = session(alice, "C");
        const auto used = [&](const CompatSession& each, std::int64_t at) {
            world_->sql("UPDATE compat_sessions SET last_active_at = to_timestamp(" + std::to_string(at) + ") WHERE compat_session_id = '" + each.id.uuid() + "'");
        };
        used(stale, 1'000'000'000);
        used(fresh, 1'749'999'000);
        const auto finish = [&](std::int64_t count) {
            std::int64_t finished = 0;
            world_->commit([&](UnitOfWork& work) { finished = work.compatSessions().finishLeastRecentlyUsed(alice, count, later(world_->now, -90 * 86'400), world_->now); });
            return finished;
        };
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), finish(1));
        CPPUNIT_ASSERT(!active(stale) && active(unused) && active(fresh));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), finish(1));
        CPPUNIT_ASSERT(!active(unused) && active(fresh));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), finish(5));
    }

    void anSsoLoginIsFulfilledAndExchangedOnce() {
        if (!world_) return;
        const Ulid user = world_->user(), browser = world_->browserSession(user);
        const CompatSession made = session(user);
        CompatSsoLogin login{world_->id(), "app://x", world_->now, {}, {}, {}, {}};
        world_->commit([&](UnitOfWork& work) {
            work.compatSsoLogins().add(login, "secret");
            CPPUNIT_ASSERT(!work.compatSsoLogins().exchange(login.id, made.id, world_->now));
        });
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.compatSsoLogins().fulfil(login.id, browser, "told", world_->now); }));
        CPPUNIT_ASSERT(!world_->store().reading()->compatSsoLogins().findByToken("secret"));
        const auto fulfilled = world_->store().reading()->compatSsoLogins().findByToken("told");
        CPPUNIT_ASSERT(fulfilled && fulfilled->browserSessionId == browser && fulfilled->redirectUri == "app://x");
        CPPUNIT_ASSERT(fulfilled->exchangeableAt(later(world_->now, 30)) && !fulfilled->exchangeableAt(later(world_->now, 31)));
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.compatSsoLogins().exchange(login.id, made.id, world_->now); }));
        CPPUNIT_ASSERT(!world_->store().reading()->compatSsoLogins().find(login.id)->exchangeableAt(world_->now));
    }

    std::mutex mutex_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(CompatContractTest);

}  // namespace latchkey::contract
