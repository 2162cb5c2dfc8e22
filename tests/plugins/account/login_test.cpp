// SPDX-License-Identifier: Apache-2.0
#include "domain/user/browser_session.h"
#include "domain/user/user_email.h"
#include "domain/user/user_repository.h"
#include "tests/plugins/account/browser.h"
#include "tests/support/statements.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>

namespace latchkey::account {

class LoginTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoginTest);
    CPPUNIT_TEST(logsInAndUpgradesTheHash);
    CPPUNIT_TEST(acceptsEveryKindOfName);
    CPPUNIT_TEST(fillsInTheHint);
    CPPUNIT_TEST(tellsWhatIsMissing);
    CPPUNIT_TEST(attack6_refusesEveryOtherPassword);
    CPPUNIT_TEST(attack7_answersAndCountsUnknownPeopleAlike);
    CPPUNIT_TEST(attack8_stopsAtTheLimit);
    CPPUNIT_TEST(attack16_changesTheSessionAtLogIn);
    CPPUNIT_TEST(attack20_refusesAFormWithoutTheBrowsersToken);
    CPPUNIT_TEST(attack21_doesNotReflectHeaders);
    CPPUNIT_TEST(attack36_logsOutByPostOnly);
    CPPUNIT_TEST(showsLockedAndDeactivatedAccountsAfterTheRightPasswordOnly);
    CPPUNIT_TEST(showsThatTheSessionWasEndedElsewhere);
    CPPUNIT_TEST(hasNoLogInWithoutPasswords);
    CPPUNIT_TEST(speaksThePersonsLanguage);
    CPPUNIT_TEST(doesNotTouchTheCookieOfABrowserThatDidNotSendOne);
    CPPUNIT_TEST(tellsOfLogInsOfThoseThatFailedAndOfLogOuts);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    std::string sessions() const { return world_->sql("SELECT count(*) FROM user_sessions WHERE finished_at IS NULL"); }

public:
    void logsInAndUpgradesTheHash() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        CPPUNIT_ASSERT_EQUAL(200, browser.get("/login?kind=change_password").status);
        const auto response = browser.logIn("alice", "?kind=change_password");
        CPPUNIT_ASSERT_EQUAL(303, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("/account/password/change"), browser.header("Location", response));
        CPPUNIT_ASSERT_EQUAL(std::string("new:secret"), world_->sql("SELECT hashed_password FROM user_passwords ORDER BY created_at DESC LIMIT 1"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM user_session_authentications"));
        CPPUNIT_ASSERT(holds(browser.get("/"), "@alice:example.com"));
        CPPUNIT_ASSERT_EQUAL(303, browser.get("/login").status);
    }
    void tellsOfLogInsOfThoseThatFailedAndOfLogOuts() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid alice = browser.person();
        const auto events = [&] {
            const std::string all = browser.events.list({"via", "username", "method", "reason", "session_kind"});
            browser.events.all.clear();
            return all;
        };
        browser.get("/login");
        browser.post("/login", {{"username", "alice"}, {"password", "wrong"}});
        CPPUNIT_ASSERT(browser.events.all.at(0).userId == alice);
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed via=account username=alice method=password reason=invalid_credentials"), events());
        browser.post("/login", {{"username", "nobody"}, {"password", "wrong"}});
        CPPUNIT_ASSERT_EQUAL(std::string("nobody"), browser.events.all.at(0).nameTried);
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed via=account method=password reason=invalid_credentials"), events());
        browser.logIn();
        CPPUNIT_ASSERT(browser.events.all.at(0).sessionId->uuid() == world_->sql("SELECT user_session_id FROM user_sessions"));
        CPPUNIT_ASSERT_EQUAL(std::string("login.succeeded via=account username=alice method=password session_kind=browser"), events());
        browser.get("/");
        browser.post("/logout", {});
        CPPUNIT_ASSERT_EQUAL(std::string("session.ended via=account username=alice reason=logout session_kind=browser"), events());
        world_->sql("UPDATE users SET locked_at = now()");
        browser.get("/login");
        browser.logIn();
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed via=account username=alice method=password reason=locked"), events());
        browser.limiter.full = {RateLimiter::Bucket::loginPerIp};
        browser.get("/login");
        browser.logIn();
        browser.logIn("");
        for (const char* line : {"{result=\"success\"} 1", "{result=\"mismatch\"} 2", "{result=\"error\"} 2"}) {
            CPPUNIT_ASSERT_MESSAGE(line, browser.counts("mas_user_password_login_attempt_total" + std::string(line)));
        }
    }
    void acceptsEveryKindOfName() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid alice = browser.person();
        world_->commit([&](UnitOfWork& work) { work.emails().add({world_->id(), alice, "alice@mail.example", world_->now}); });
        const auto status = [&](const std::string& name) {
            browser.forget();
            browser.get("/login");
            return browser.logIn(name).status;
        };
        CPPUNIT_ASSERT_EQUAL(303, status("Alice"));
        CPPUNIT_ASSERT_EQUAL(303, status("@alice:example.com"));
        CPPUNIT_ASSERT_EQUAL(200, status("@alice:elsewhere.example"));
        CPPUNIT_ASSERT_EQUAL(200, status("alice@mail.example"));
        browser.settings.loginWithEmail = true;
        CPPUNIT_ASSERT_EQUAL(303, status("Alice@Mail.Example"));
        CPPUNIT_ASSERT_EQUAL(303, status("@alice:example.com"));
    }
    void fillsInTheHint() {
        if (!world_) return;
        Browser browser(*world_);
        CPPUNIT_ASSERT(holds(browser.get("/login?login_hint=mxid:%40alice:example.com"), "value=\"alice\""));
        CPPUNIT_ASSERT(!holds(browser.get("/login?login_hint=mxid:%40alice:other.example"), "value=\"alice\""));
        CPPUNIT_ASSERT(!holds(browser.get("/login?login_hint=a%40b.example"), "a@b.example"));
        browser.settings.loginWithEmail = true;
        CPPUNIT_ASSERT(holds(browser.get("/login?login_hint=a%40b.example"), "value=\"a@b.example\""));
    }
    void tellsWhatIsMissing() {
        if (!world_) return;
        Browser browser(*world_);
        browser.get("/login");
        const auto response = browser.post("/login", {{"username", ""}, {"password", ""}});
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT(holds(response, "Enter your username") && holds(response, "Enter your password") && holds(response, "aria-invalid=\"true\"") && holds(response, "role=\"alert\""));
        CPPUNIT_ASSERT(browser.limiter.taken.empty());
    }
    void attack6_refusesEveryOtherPassword() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        browser.get("/login");
        for (const std::string password : {"Secret", "secret ", "secre", "x", "old:secret"}) {
            const auto response = browser.post("/login", {{"username", "alice"}, {"password", password}});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(password, 200, response.status);
            CPPUNIT_ASSERT(!holds(response, "value=\"" + password + "\""));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("0"), sessions());
    }
    void attack7_answersAndCountsUnknownPeopleAlike() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        world_->user("nopassword");
        const Ulid locked = browser.person("locked");
        world_->commit([&](UnitOfWork& work) { work.users().lock(locked, world_->now); });
        browser.get("/login");
        std::set<std::string> bodies;
        std::set<std::uint64_t> roundTrips;
        browser.post("/login", {{"username", "warm"}, {"password", "wrong"}});  // statements are prepared
        browser.hasher.verified = browser.hasher.pretended = 0;
        for (const std::string name : {"alice", "nobody", "locked", "nopassword", "@nobody:example.com"}) {
            browser.limiter.taken.clear();
            http::Response response;
            roundTrips.insert(test::statementsOf([&] { response = browser.post("/login", {{"username", name}, {"password", "wrong"}}); }));
            std::string body = response.body;
            for (std::size_t at = body.find(name); at != std::string::npos; at = body.find(name)) body.erase(at, name.size());
            bodies.insert(body);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::size_t{2}, browser.limiter.taken.size());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, bodies.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, roundTrips.size());
        CPPUNIT_ASSERT_EQUAL(2, browser.hasher.verified);
        CPPUNIT_ASSERT_EQUAL(3, browser.hasher.pretended);
    }
    void attack8_stopsAtTheLimit() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        browser.get("/login");
        for (const auto bucket : {RateLimiter::Bucket::loginPerIp, RateLimiter::Bucket::loginPerAccount}) {
            browser.limiter.full = {bucket};
            CPPUNIT_ASSERT(holds(browser.logIn(), "Too many attempts"));
        }
        CPPUNIT_ASSERT_EQUAL(0, browser.hasher.verified);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), sessions());
    }
    void attack16_changesTheSessionAtLogIn() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        browser.get("/login");
        browser.logIn();
        const std::string first = world_->sql("SELECT max(user_session_id::text) FROM user_sessions");
        CPPUNIT_ASSERT_EQUAL(303, browser.logIn().status);
        CPPUNIT_ASSERT(first != world_->sql("SELECT max(user_session_id::text) FROM user_sessions"));
    }
    void attack20_refusesAFormWithoutTheBrowsersToken() {
        if (!world_) return;
        Browser mine(*world_), other(*world_);
        mine.person();
        mine.get("/login");
        other.get("/login");
        for (const std::string& target : {std::string("/login"), std::string("/logout")}) {
            for (const std::string& token : {std::string(), other.token()}) {
                const auto response = mine.postWithoutToken(target, {{"username", "alice"}, {"password", "secret"}, {"csrf", token}});
                CPPUNIT_ASSERT_EQUAL_MESSAGE(target, 400, response.status);
                CPPUNIT_ASSERT(holds(response, "request-1"));
            }
        }
        mine.forget();
        CPPUNIT_ASSERT_EQUAL(400, mine.logIn().status);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), sessions());
    }
    void attack21_doesNotReflectHeaders() {
        if (!world_) return;
        Browser browser(*world_);
        browser.language = "de\"><script>";
        CPPUNIT_ASSERT(holds(browser.get("/login"), "<html lang=\"en\">"));
    }
    void attack36_logsOutByPostOnly() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        browser.get("/login");
        browser.logIn();
        browser.get("/");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), sessions());
        const auto response = browser.post("/logout", {});
        CPPUNIT_ASSERT_EQUAL(std::string("/login"), browser.header("Location", response));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), sessions());
        CPPUNIT_ASSERT(!holds(browser.get("/"), "@alice"));
    }
    void showsLockedAndDeactivatedAccountsAfterTheRightPasswordOnly() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        world_->sql("UPDATE users SET locked_at = now()");
        browser.get("/login");
        CPPUNIT_ASSERT(holds(browser.post("/login", {{"username", "alice"}, {"password", "wrong"}}), "do not match"));
        CPPUNIT_ASSERT(holds(browser.logIn(), "This account is locked"));
        world_->sql("UPDATE users SET deactivated_at = now()");
        CPPUNIT_ASSERT(holds(browser.logIn(), "This account was deleted"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), sessions());
    }
    void showsThatTheSessionWasEndedElsewhere() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        browser.get("/login");
        browser.logIn();
        world_->sql("UPDATE user_sessions SET finished_at = now()");
        for (const std::string target : {"/", "/login"}) CPPUNIT_ASSERT_MESSAGE(target, holds(browser.get(target), "You were signed out"));
        CPPUNIT_ASSERT_EQUAL(303, browser.post("/logout", {}).status);
        CPPUNIT_ASSERT(holds(browser.get("/login"), "name=\"password\""));
    }
    void hasNoLogInWithoutPasswords() {
        if (!world_) return;
        Browser browser(*world_);
        browser.hasher.on = false;
        CPPUNIT_ASSERT(!holds(browser.get("/login"), "name=\"password\""));
        CPPUNIT_ASSERT_EQUAL(405, browser.logIn().status);
    }
    void speaksThePersonsLanguage() {
        if (!world_) return;
        Browser browser(*world_);
        browser.language = "fr-CH, de;q=0.5";
        CPPUNIT_ASSERT(holds(browser.get("/login"), "Se connecter"));
        CPPUNIT_ASSERT(holds(browser.get("/consent/01ARZ3NDEKTSV4RRFFQ69G5FAV"), "<title>Introuvable ·"));
    }
    void doesNotTouchTheCookieOfABrowserThatDidNotSendOne() {
        if (!world_) return;
        Browser browser(*world_);
        browser.get("/login");
        CPPUNIT_ASSERT(browser.cookie("session").empty());
        CPPUNIT_ASSERT(!browser.cookie("csrf").empty());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(LoginTest);

}  // namespace latchkey::account
