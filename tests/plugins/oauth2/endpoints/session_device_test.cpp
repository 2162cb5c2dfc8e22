// SPDX-License-Identifier: Apache-2.0
#include "domain/session/device_name.h"
#include "tests/plugins/oauth2/endpoints/provider_world.h"
#include "tests/support/fake_homeserver.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::oauth2 {

namespace {

const std::string kScope = "openid urn:matrix:client:api:* urn:matrix:client:device:ABCDEFGHIJ";
const std::string kOldScope = "openid urn:matrix:org.matrix.msc2967.client:api:* urn:matrix:org.matrix.msc2967.client:device:ABCDEFGHIJ";

}  // namespace

class SessionDeviceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SessionDeviceTest);
    CPPUNIT_TEST(makesTheDeviceBeforeTheTokenUnderTheUsersLock);
    CPPUNIT_TEST(makesAUserWhomTheHomeserverDoesNotKnowYet);
    CPPUNIT_TEST(holdsNoConnectionDuringTheCall);
    CPPUNIT_TEST(leavesTheCodeGoodWhenTheHomeserverFails);
    CPPUNIT_TEST(syncsDevicesWhenTheCodeWasUsedMeanwhile);
    CPPUNIT_TEST(turnsAwayWhoWouldWaitForAHomeserverThatHangs);
    CPPUNIT_TEST(makesTheDeviceOfADeviceCode);
    CPPUNIT_TEST(callsNobodyWithoutADevice);
    CPPUNIT_TEST(callsNobodyForARequestThatIsRefused);
    CPPUNIT_TEST(namesDevicesAfterClientAndUserAgent);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<ProviderWorld> world_;
    test::FakeHomeserver homeserver_;
    test::FakeUserLocks locks_;

public:
    void setUp() override {
        if (!test::postgresAvailable()) return;
        world_ = std::make_unique<ProviderWorld>();
        world_->homeserver = &homeserver_;
        world_->userLocks = &locks_;
        world_->restart();
    }
    void tearDown() override { world_.reset(); }

private:
    Made client() {
        return world_->client([](Client& each) { each.name = "Example"; });
    }
    std::string tokens() { return world_->base.sql("SELECT count(*) FROM oauth2_access_tokens"); }
    std::string syncs() { return world_->base.sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'sync-devices'"); }
    void requireCalls(const std::vector<std::string>& expected) {
        CPPUNIT_ASSERT_EQUAL(expected.size(), homeserver_.calls.size());
        for (std::size_t i = 0; i < expected.size(); ++i) CPPUNIT_ASSERT_EQUAL(expected[i], homeserver_.calls[i]);
    }

    void makesTheDeviceBeforeTheTokenUnderTheUsersLock() {
        if (!world_) return;
        const Made made = client();
        const Ulid user = world_->base.user();
        int releases = 0;
        homeserver_.before = [&] { CPPUNIT_ASSERT(locks_.held == 1 && tokens() == std::to_string(releases)); };
        locks_.beforeRelease = [&] { CPPUNIT_ASSERT_EQUAL(std::to_string(++releases), tokens()); };
        for (const std::string& scope : {kScope, kOldScope}) CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->token(made, world_->exchange(world_->allow(made, user, scope)))));
        requireCalls({"upsert alice ABCDEFGHIJ (Example)", "upsert alice ABCDEFGHIJ (Example)"});
        CPPUNIT_ASSERT(releases == 2 && locks_.held == 0 && syncs() == "0");
    }

    void makesAUserWhomTheHomeserverDoesNotKnowYet() {
        if (!world_) return;
        const Made made = client();
        int asked = 0;
        homeserver_.before = [&] {
            if (++asked == 1) throw HomeserverError("no such user", HomeserverError::Reason::notFound);
        };
        const Ulid user = world_->base.user();
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->token(made, world_->exchange(world_->allow(made, user, kScope)))));
        requireCalls({"provision alice", "upsert alice ABCDEFGHIJ (Example)"});
        CPPUNIT_ASSERT_EQUAL(user.text(), homeserver_.subject);
    }

    void holdsNoConnectionDuringTheCall() {
        if (!world_) return;
        int called = 0;
        homeserver_.before = [&] {
            ++called;
            const auto stats = world_->base.pool().stats();
            CPPUNIT_ASSERT(stats.open > 0 && stats.open == stats.idle);
        };
        const Made made = client();
        world_->token(made, world_->exchange(world_->allow(made, world_->base.user(), kScope)));
        CPPUNIT_ASSERT_EQUAL(1, called);
    }

    void leavesTheCodeGoodWhenTheHomeserverFails() {
        if (!world_) return;
        const Made made = client();
        const Fields form = world_->exchange(world_->allow(made, world_->base.user(), kScope));
        homeserver_.before = [] { throw HomeserverError("it does not answer", HomeserverError::Reason::unreachable); };
        CPPUNIT_ASSERT_THROW(world_->token(made, form), HomeserverError);
        CPPUNIT_ASSERT(tokens() == "0" && locks_.held == 0);
        homeserver_.before = [] {};
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->token(made, form)));
    }

    void syncsDevicesWhenTheCodeWasUsedMeanwhile() {
        if (!world_) return;
        const Made made = client();
        homeserver_.before = [&] { world_->base.sql("UPDATE oauth2_authorization_grants SET exchanged_at = now()"); };
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(made, world_->exchange(world_->allow(made, world_->base.user(), kScope)))));
        CPPUNIT_ASSERT(tokens() == "0" && syncs() == "1" && locks_.held == 0);
    }

    void turnsAwayWhoWouldWaitForAHomeserverThatHangs() {
        if (!world_) return;
        const Made made = client();
        const Ulid user = world_->base.user();
        const Fields form = world_->exchange(world_->allow(made, user, kScope)), without = world_->exchange(world_->allow(made, user));
        std::vector<WaitingRoom::Seat> waiting;
        while (auto seat = world_->room.tryEnter()) waiting.push_back(std::move(*seat));
        CPPUNIT_ASSERT_THROW(world_->token(made, form), Unavailable);
        requireCalls({});
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->token(made, without)));
        waiting.clear();
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->token(made, form)));
        CPPUNIT_ASSERT_EQUAL(0, world_->room.taken());
    }

    void makesTheDeviceOfADeviceCode() {
        if (!world_) return;
        const Made made = client();
        const http::Response begun = world_->post("/oauth2/device", {{"scope", kScope}}, made.credentials());
        const Fields poll = {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"}, {"device_code", member(begun, "device_code")}};
        CPPUNIT_ASSERT_EQUAL(std::string("400 authorization_pending"), outcome(world_->token(made, poll)));
        requireCalls({});
        const Ulid browser = world_->base.browserSession(world_->base.user());
        world_->base.commit([&](UnitOfWork& work) {
            const auto grant = work.deviceCodeGrants().findByUserCode(member(begun, "user_code"));
            CPPUNIT_ASSERT(work.deviceCodeGrants().fulfil(grant.value().id, browser, {}, currentTime()));
        });
        homeserver_.before = [] { throw HomeserverError("it does not answer", HomeserverError::Reason::unreachable); };
        CPPUNIT_ASSERT_THROW(world_->token(made, poll), HomeserverError);
        homeserver_.before = [&] { CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->base.sql("SELECT count(*) FROM oauth2_sessions")); };
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->token(made, poll)));
        requireCalls({"upsert alice ABCDEFGHIJ (Example)"});
    }

    void callsNobodyWithoutADevice() {
        if (!world_) return;
        const Made made = client();
        const Ulid user = world_->base.user();
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->token(made, world_->exchange(world_->allow(made, user)))));
        world_->homeserver = nullptr;
        world_->restart();
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->token(made, world_->exchange(world_->allow(made, user, kScope)))));
        requireCalls({});
    }

    void callsNobodyForARequestThatIsRefused() {
        if (!world_) return;
        const Made made = client(), other = client();
        const Ulid user = world_->base.user();
        const Fields form = world_->exchange(world_->allow(made, user, kScope));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(other, form)));
        world_->base.sql("UPDATE users SET locked_at = now()");
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(made, form)));
        requireCalls({});
    }

    void namesDevicesAfterClientAndUserAgent() {
        const std::vector<std::pair<std::string, std::string>> table = {
            {"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Example on Firefox for Linux"},
            {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36", "Example on Chrome for Windows"},
            {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0", "Example on Edge for Windows"},
            {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15", "Example on Safari for macOS"},
            {"Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36", "Example on Chrome for Android"},
            {"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Example/1.11 Chrome/138.0.0.0 Electron/37.0 Safari/537.36", "Example on Windows"},
            {"Example/1.5.0 (Google Pixel 7; Android 14; Sdk 1)", "Example on Google Pixel 7"},
            {"Example/1.9 (iPhone15,4; iOS 18.1)", "Example on iPhone15,4"},
            {"python-requests/2.32", "Example"},
            {"Example/1 (a\x1b[31mb; c)", "Example"},
            {"Example/1 (", "Example"},
            {"", "Example"},
        };
        for (const auto& [agent, expected] : table) CPPUNIT_ASSERT_EQUAL(expected, deviceName("Example", agent));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SessionDeviceTest);

}  // namespace latchkey::oauth2
