// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/account/browser.h"
#include "tests/support/fake_homeserver.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

class CrossSigningResetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrossSigningResetTest);
    CPPUNIT_TEST(leadsFromTheClientsLinkThroughLogInToTheHomeserver);
    CPPUNIT_TEST(doesNothingWhenCancelled);
    CPPUNIT_TEST(attack20_attack36_needsAFormOfItsOwn);
    CPPUNIT_TEST(saysThatTheHomeserverDidNotAnswer);
    CPPUNIT_TEST(attack6_asksForThePasswordAgainAfterAWhile);
    CPPUNIT_TEST(sendsWhoHasNoPasswordToLogInAgain);
    CPPUNIT_TEST(isNotThereWithoutAHomeserver);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    static constexpr char kLink[] = "/account/?action=org.matrix.cross_signing_reset";
    static constexpr char kPage[] = "/account/reset-cross-signing";
    test::FakeHomeserver homeserver_;

    void logIn(Browser& browser) {
        browser.homeserver = &homeserver_;
        browser.person();
        browser.get("/login");
        browser.logIn();
    }

public:
    void leadsFromTheClientsLinkThroughLogInToTheHomeserver() {
        if (!world_) return;
        Browser browser(*world_);
        browser.homeserver = &homeserver_;
        browser.person();
        const std::string login = browser.header("Location", browser.get(kLink));
        CPPUNIT_ASSERT_EQUAL(login, browser.header("Location", browser.get(kPage)));
        CPPUNIT_ASSERT_EQUAL(std::string("/login?kind=manage_account&action=org.matrix.cross_signing_reset"), login);
        browser.get(login);
        CPPUNIT_ASSERT_EQUAL(std::string(kLink), browser.header("Location", browser.logIn("alice", login.substr(login.find('?')))));
        CPPUNIT_ASSERT_EQUAL(std::string(kPage), browser.header("Location", browser.get(kLink)));
        const auto page = browser.get(kPage);
        CPPUNIT_ASSERT(page.status == 200 && holds(page, "@alice:example.com") && homeserver_.calls.empty());
        CPPUNIT_ASSERT(holds(browser.post(kPage, {{"action", "reset"}}), "Reset allowed"));
        CPPUNIT_ASSERT(homeserver_.calls == std::vector<std::string>{"reset alice"});
    }
    void doesNothingWhenCancelled() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        browser.get(kPage);
        CPPUNIT_ASSERT(holds(browser.post(kPage, {{"action", "cancel"}}), "Nothing was changed"));
        CPPUNIT_ASSERT(holds(browser.post(kPage, {}), "Nothing was changed"));
        CPPUNIT_ASSERT(homeserver_.calls.empty());
    }
    void attack20_attack36_needsAFormOfItsOwn() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        CPPUNIT_ASSERT_EQUAL(400, browser.postWithoutToken(kPage, {{"action", "reset"}}).status);
        browser.get("/account/reset-cross-signing?action=reset");
        CPPUNIT_ASSERT(homeserver_.calls.empty());
    }
    void saysThatTheHomeserverDidNotAnswer() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        browser.get(kPage);
        homeserver_.before = [] { throw HomeserverError("it does not answer", HomeserverError::Reason::unreachable); };
        const auto failed = browser.post(kPage, {{"action", "reset"}});
        CPPUNIT_ASSERT(failed.status == 503 && holds(failed, "did not answer"));
        homeserver_.before = [] {};
        CPPUNIT_ASSERT(holds(browser.post(kPage, {{"action", "reset"}}), "Reset allowed"));
    }
    void grown() { world_->sql("UPDATE user_session_authentications SET created_at = created_at - interval '6 minutes'"); }
    void attack6_asksForThePasswordAgainAfterAWhile() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        CPPUNIT_ASSERT(!holds(browser.get(kPage), "name=\"password\""));
        grown();
        CPPUNIT_ASSERT(holds(browser.get(kPage), "name=\"password\""));
        for (const char* wrong : {"", "Secret", "secre", "secret2"}) {
            const auto page = browser.post(kPage, {{"action", "reset"}, {"password", wrong}});
            CPPUNIT_ASSERT_MESSAGE(wrong, page.status == 200 && holds(page, "That is not your password"));
        }
        CPPUNIT_ASSERT(holds(browser.post(kPage, {{"action", "cancel"}}), "Nothing was changed"));
        CPPUNIT_ASSERT(homeserver_.calls.empty());
        browser.get(kPage);
        CPPUNIT_ASSERT(holds(browser.post(kPage, {{"action", "reset"}, {"password", "secret"}}), "Reset allowed"));
        CPPUNIT_ASSERT(homeserver_.calls == std::vector<std::string>{"reset alice"});
    }
    void sendsWhoHasNoPasswordToLogInAgain() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        grown();
        world_->sql("DELETE FROM user_session_authentications");
        world_->sql("DELETE FROM user_passwords");
        const auto page = browser.get(kPage);
        CPPUNIT_ASSERT(holds(page, "value=\"org.matrix.cross_signing_reset\"") && !holds(page, "value=\"reset\""));
        CPPUNIT_ASSERT(!holds(browser.post(kPage, {{"action", "reset"}}), "Reset allowed"));
        CPPUNIT_ASSERT(homeserver_.calls.empty());
    }
    void isNotThereWithoutAHomeserver() {
        if (!world_) return;
        Browser browser(*world_);
        CPPUNIT_ASSERT_EQUAL(404, browser.get(kPage).status);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CrossSigningResetTest);

}  // namespace latchkey::account
