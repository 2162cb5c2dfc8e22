// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "tests/plugins/account/browser.h"
#include "tests/support/fake_homeserver.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

class DeviceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeviceTest);
    CPPUNIT_TEST(leadsFromTheCodeToTheDevice);
    CPPUNIT_TEST(rejectsADevice);
    CPPUNIT_TEST(attack8_limitsGuesses);
    CPPUNIT_TEST(attack18_needsAConfirmedClick);
    CPPUNIT_TEST(grantsWhatThePolicyLeavesForAsLongAsItSays);
    CPPUNIT_TEST(remembersConsentWhereThePolicySaysSo);
    CPPUNIT_TEST(attack18_noPolicySkipsTheConfirmation);
    CPPUNIT_TEST(attack29_warnsOfNamesThatLookLikeOthers);
    CPPUNIT_TEST(doesNotKnowExpiredCodes);
    CPPUNIT_TEST(isOffWhereTheGrantIsOff);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    std::string begin(Browser& browser, Duration lifetime = Duration::seconds(1200)) {
        browser.person();
        DeviceCodeGrant grant;
        grant.id = world_->id();
        grant.clientId = browser.client().id;
        grant.scope = contract::scope("openid email");
        grant.createdAt = currentTime();
        grant.expiresAt = grant.createdAt + lifetime;
        grant.ipAddress = "198.51.100.9";
        grant.userAgent = "TV <1.0>";
        world_->commit([&](UnitOfWork& work) { work.deviceCodeGrants().add(grant, "device-code", "AB12CD"); });
        return "/device/" + grant.id.text();
    }
    DeviceCodeGrant kept() const { return *world_->store().reading()->deviceCodeGrants().findByUserCode("AB12CD"); }
    DeviceCodeGrant::State state() const { return kept().state; }
    static void logIn(Browser& browser) {
        browser.get("/login");
        browser.logIn();
    }

public:
    void leadsFromTheCodeToTheDevice() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string device = begin(browser);
        browser.get("/link");
        CPPUNIT_ASSERT_EQUAL(device, browser.header("Location", browser.post("/link", {{"code", "ab1-2cd "}})));
        const std::string login = browser.header("Location", browser.get(device));
        CPPUNIT_ASSERT(login.starts_with("/login?kind=continue_device_code_grant"));
        browser.get(login);
        CPPUNIT_ASSERT_EQUAL(device, browser.header("Location", browser.logIn("alice", login.substr(login.find('?')))));
        test::FakeHomeserver homeserver;
        homeserver.find = [](const HomeserverCall&) { return HomeserverUser{.userId = "@alice:example.com", .displayName = "Alice A", .avatarUrl = {}}; };
        browser.homeserver = &homeserver;
        const auto page = browser.get(device);
        CPPUNIT_ASSERT(holds(page, "<bdi>Alice A</bdi>") && holds(page, "198.51.100.9") && holds(page, "TV &lt;1.0&gt;"));
        CPPUNIT_ASSERT(holds(browser.post(device, {{"action", "consent"}, {"confirm_device", "on"}}), "Device linked"));
        CPPUNIT_ASSERT(state() == DeviceCodeGrant::State::fulfilled);
        CPPUNIT_ASSERT(holds(browser.get(device), "Device linked"));
        CPPUNIT_ASSERT_EQUAL(std::string("urn:ietf:params:oauth:grant-type:device_code"), browser.policy.asked.front());
    }
    void attack29_warnsOfNamesThatLookLikeOthers() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string device = begin(browser);
        logIn(browser);
        CPPUNIT_ASSERT(!holds(browser.get(device), "role=\"note\""));
        world_->sql("UPDATE oauth2_clients SET client_name = 'Signal \u0410\u0440\u0440'");
        CPPUNIT_ASSERT(holds(browser.get(device), "<div class=\"alert\" role=\"note\"><p>Look closely"));
    }
    void rejectsADevice() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string device = begin(browser);
        logIn(browser);
        browser.get(device);
        CPPUNIT_ASSERT(holds(browser.post(device, {{"action", "reject"}}), "Device refused"));
        CPPUNIT_ASSERT(state() == DeviceCodeGrant::State::rejected);
    }
    void attack8_limitsGuesses() {
        if (!world_) return;
        Browser browser(*world_);
        begin(browser);
        browser.get("/link");
        CPPUNIT_ASSERT(holds(browser.post("/link", {{"code", "WRONG1"}}), "aria-invalid=\"true\""));
        CPPUNIT_ASSERT(browser.limiter.taken.back().first == RateLimiter::Bucket::userCodePerIp);
        browser.limiter.full = {RateLimiter::Bucket::userCodePerIp};
        CPPUNIT_ASSERT(holds(browser.post("/link", {{"code", "AB12CD"}}), "Too many attempts"));
    }
    void attack18_needsAConfirmedClick() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string device = begin(browser);
        logIn(browser);
        browser.get("/link?code=AB12CD");
        browser.get(device + "?action=consent&confirm_device=on");
        CPPUNIT_ASSERT(holds(browser.post(device, {{"action", "consent"}}), "Confirm that it is your device"));
        CPPUNIT_ASSERT_EQUAL(400, browser.postWithoutToken(device, {{"action", "consent"}, {"confirm_device", "on"}}).status);
        CPPUNIT_ASSERT(state() == DeviceCodeGrant::State::pending);
        CPPUNIT_ASSERT_EQUAL(200, browser.get("/link?code=AB12CD").status);
        browser.settings.userCodeAutoFill = true;
        CPPUNIT_ASSERT_EQUAL(device, browser.header("Location", browser.get("/link?code=AB12CD")));
    }
    void grantsWhatThePolicyLeavesForAsLongAsItSays() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string device = begin(browser);
        logIn(browser);
        browser.policy.decision.scope = contract::scope("openid urn:mas:admin");  // what was not asked for is not granted
        browser.policy.decision.accessTokenLifetime = Duration::seconds(77);
        const auto page = browser.get(device);
        CPPUNIT_ASSERT(holds(page, "See who you are") && !holds(page, "See your e-mail"));
        browser.post(device, {{"action", "consent"}, {"confirm_device", "on"}});
        CPPUNIT_ASSERT_EQUAL(std::string("openid"), kept().scope.text());
        CPPUNIT_ASSERT(kept().accessTokenLifetime == Duration::seconds(77));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM latchkey_consents"));
    }
    void remembersConsentWhereThePolicySaysSo() {
        if (!world_) return;
        Browser browser(*world_);
        browser.policy.decision.consent = GrantDecision::Consent::remember;
        const std::string device = begin(browser);
        logIn(browser);
        CPPUNIT_ASSERT(!holds(browser.get(device), "already been agreed to"));
        browser.post(device, {{"action", "consent"}, {"confirm_device", "on"}});
        CPPUNIT_ASSERT_EQUAL(std::string("{email,openid}"), world_->sql("SELECT scope_list FROM latchkey_consents"));
        world_->sql("UPDATE oauth2_device_code_grant SET fulfilled_at = NULL, user_session_id = NULL");
        CPPUNIT_ASSERT(holds(browser.get(device), "already been agreed to"));
    }
    void attack18_noPolicySkipsTheConfirmation() {
        if (!world_) return;
        for (const auto consent : {GrantDecision::Consent::skip, GrantDecision::Consent::remember}) {
            world_ = std::make_unique<contract::World>();
            Browser browser(*world_);
            browser.policy.decision.consent = consent;
            const std::string device = begin(browser);
            world_->sql("INSERT INTO latchkey_consents SELECT user_id, oauth2_client_id, '{email,openid}', now(), now() FROM users, oauth2_device_code_grant");
            logIn(browser);
            const auto page = browser.get(device);
            CPPUNIT_ASSERT(holds(page, "name=\"confirm_device\"") && holds(page, "already been agreed to"));
            CPPUNIT_ASSERT_MESSAGE("client, place, time and scopes are there all the same",
                                   holds(page, "198.51.100.9") && holds(page, " UTC</dd>") && holds(page, "See who you are") && holds(page, "Example &lt;b&gt;App"));
            CPPUNIT_ASSERT(holds(browser.post(device, {{"action", "consent"}}), "Confirm that it is your device"));
            CPPUNIT_ASSERT(state() == DeviceCodeGrant::State::pending);
        }
    }
    void doesNotKnowExpiredCodes() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string device = begin(browser, Duration::seconds(-1));
        logIn(browser);
        CPPUNIT_ASSERT_EQUAL(404, browser.get(device).status);
        browser.get("/link");
        CPPUNIT_ASSERT_EQUAL(200, browser.post("/link", {{"code", "AB12CD"}}).status);
    }
    void isOffWhereTheGrantIsOff() {
        if (!world_) return;
        Browser browser(*world_);
        browser.settings.deviceCodeGrant = false;
        CPPUNIT_ASSERT_EQUAL(404, browser.get("/link").status);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DeviceTest);

}  // namespace latchkey::account
