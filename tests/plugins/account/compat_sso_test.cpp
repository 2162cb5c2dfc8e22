// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/compat/sso_login.h"
#include "domain/secret.h"
#include "tests/plugins/account/browser.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

class CompatSsoTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompatSsoTest);
    CPPUNIT_TEST(leadsThroughLogInBackToTheAppWithAToken);
    CPPUNIT_TEST(leadsWhoWantsAnAccountToRegistration);
    CPPUNIT_TEST(takesATokenThatNobodySawBefore);
    CPPUNIT_TEST(letsOneOfTwoTabsWin);
    CPPUNIT_TEST(isOverAfterHalfAnHour);
    CPPUNIT_TEST(refusesWhatIsNotThere);
    CPPUNIT_TEST(showsWhatThePolicyForbids);
    CPPUNIT_TEST(switchesTheAccount);
    CPPUNIT_TEST(attack12_sendsNobodyToAUrlThatRunsCode);
    CPPUNIT_TEST(attack20_needsTheBrowsersToken);
    CPPUNIT_TEST(attack24_refusesAPersonWhoWasLockedMeanwhile);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    std::string begun(const std::string& redirectUri = "https://app.example.com/?x=1#/home", Instant at = currentTime()) {
        const Ulid id = world_->id();
        world_->commit([&](UnitOfWork& work) { work.compatSsoLogins().add({id, redirectUri, at, {}, {}, {}, {}}, randomAlphanumerics(32)); });
        return "/complete-compat-sso/" + id.text();
    }
    static void logIn(Browser& browser) {
        browser.person();
        browser.get("/login");
        browser.logIn();
    }
    std::string fulfilled() { return world_->sql("SELECT count(*) FROM compat_sso_logins WHERE fulfilled_at IS NOT NULL AND user_session_id IS NOT NULL"); }

public:
    void leadsThroughLogInBackToTheAppWithAToken() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        const std::string page = begun();
        const std::string login = browser.header("Location", browser.get(page));
        CPPUNIT_ASSERT_EQUAL("/login?kind=continue_compat_sso_login&id=" + page.substr(page.rfind('/') + 1), login);
        browser.get(login);
        CPPUNIT_ASSERT_EQUAL(page, browser.header("Location", browser.logIn("alice", login.substr(login.find('?')))));
        const auto shown = browser.get(page);
        CPPUNIT_ASSERT(shown.status == 200 && holds(shown, "app.example.com") && holds(shown, "@alice:example.com"));
        CPPUNIT_ASSERT(browser.header("Content-Security-Policy", shown).find("form-action 'self' https://app.example.com;") != std::string::npos);
        const auto back = browser.post(page, {});
        const std::string location = browser.header("Location", back);
        CPPUNIT_ASSERT(back.status == 303 && location.starts_with("https://app.example.com/?x=1&loginToken=") && location.ends_with("#/home"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, parameterOf(back, "loginToken").size());
        CPPUNIT_ASSERT(world_->store().reading()->compatSsoLogins().findByToken(parameterOf(back, "loginToken"))->exchangeableAt(currentTime()));
        CPPUNIT_ASSERT(browser.policy.asked.back() == "m.login.sso https://app.example.com/?x=1#/home");
    }
    void leadsWhoWantsAnAccountToRegistration() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string page = begun(), next = "?kind=continue_compat_sso_login&id=" + page.substr(page.rfind('/') + 1);
        const auto leads = [&](const std::string& query) { return browser.header("Location", browser.get(page + query)); };
        CPPUNIT_ASSERT_EQUAL("/login" + next, leads("?action=register"));
        browser.settings.registration.enabled = true;
        for (const char* query : {"?action=register", "?org.matrix.msc3824.action=register", "?action=register&org.matrix.msc3824.action=register", "?action=x&org.matrix.msc3824.action=register"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, "/register" + next, leads(query));
        }
        for (const char* query : {"", "?action=login", "?action=login&org.matrix.msc3824.action=register", "?action=x"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(query, "/login" + next, leads(query));
        logIn(browser);
        CPPUNIT_ASSERT_EQUAL(200, browser.get(page + "?action=register").status);
    }
    void takesATokenThatNobodySawBefore() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        const std::string page = begun("io.example.app:/callback");
        const std::string before = world_->sql("SELECT login_token FROM compat_sso_logins");
        browser.get(page);
        CPPUNIT_ASSERT(browser.header("Location", browser.post(page, {})).starts_with("io.example.app:/callback?loginToken="));
        CPPUNIT_ASSERT(before != world_->sql("SELECT login_token FROM compat_sso_logins"));
    }
    void letsOneOfTwoTabsWin() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        const std::string page = begun();
        browser.get(page);
        CPPUNIT_ASSERT_EQUAL(303, browser.post(page, {}).status);
        const std::string token = world_->sql("SELECT login_token FROM compat_sso_logins");
        for (const auto& late : {browser.post(page, {}), browser.get(page)}) {
            CPPUNIT_ASSERT(late.status == 200 && holds(late, "compat_sso_login_expired"));
        }
        CPPUNIT_ASSERT_EQUAL(token, world_->sql("SELECT login_token FROM compat_sso_logins"));
    }
    void isOverAfterHalfAnHour() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        const std::string late = begun("https://app.example.com/", currentTime() - Duration::seconds(1'810));
        const std::string inTime = begun("https://app.example.com/", currentTime() - Duration::seconds(1'700));
        browser.get(inTime);
        CPPUNIT_ASSERT(holds(browser.get(late), "compat_sso_login_expired") && holds(browser.post(late, {}), "compat_sso_login_expired"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), fulfilled());
        CPPUNIT_ASSERT_EQUAL(303, browser.post(inTime, {}).status);
    }
    void refusesWhatIsNotThere() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        CPPUNIT_ASSERT_EQUAL(404, browser.get("/complete-compat-sso/01ARZ3NDEKTSV4RRFFQ69G5FAV").status);
        CPPUNIT_ASSERT_EQUAL(400, browser.get("/complete-compat-sso/nothing").status);
    }
    void showsWhatThePolicyForbids() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        const std::string page = begun();
        browser.get(page);
        browser.policy.decision.violations = {{.message = "", .code = "too-many-sessions", .field = {}, .redirectUri = false, .needToRemove = 1}};
        for (const auto& refused : {browser.get(page), browser.post(page, {})}) CPPUNIT_ASSERT(refused.status == 403 && holds(refused, "too many devices"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), fulfilled());
    }
    void switchesTheAccount() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        const std::string page = begun();
        browser.get(page);
        CPPUNIT_ASSERT_EQUAL(page, browser.header("Location", browser.post("/logout", {{"kind", "continue_compat_sso_login"}, {"id", page.substr(page.rfind('/') + 1)}})));
        CPPUNIT_ASSERT(browser.header("Location", browser.get(page)).starts_with("/login?kind=continue_compat_sso_login"));
    }
    void attack12_sendsNobodyToAUrlThatRunsCode() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        browser.get(begun());
        for (const char* bad : {"javascript:alert(1)", "https://good.example@evil.example/", "data:text/html,x"}) {
            const std::string page = begun(bad);
            CPPUNIT_ASSERT(holds(browser.get(page), "compat_sso_login_expired") && holds(browser.post(page, {}), "compat_sso_login_expired"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("0"), fulfilled());
    }
    void attack20_needsTheBrowsersToken() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        const std::string page = begun();
        browser.get(page);
        CPPUNIT_ASSERT_EQUAL(400, browser.postWithoutToken(page, {}).status);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), fulfilled());
    }
    void attack24_refusesAPersonWhoWasLockedMeanwhile() {
        if (!world_) return;
        Browser browser(*world_);
        logIn(browser);
        const std::string page = begun();
        browser.get(page);
        world_->sql("UPDATE users SET locked_at = now()");
        CPPUNIT_ASSERT(holds(browser.post(page, {}), "account is locked"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), fulfilled());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CompatSsoTest);

}  // namespace latchkey::account
