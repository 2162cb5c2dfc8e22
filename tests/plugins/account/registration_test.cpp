// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/user/user_email.h"
#include "tests/plugins/account/registering.h"
#include "tests/support/fake_homeserver.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

/// The form that a registration begins with, and its end.
class RegistrationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegistrationTest);
    CPPUNIT_TEST(leadsFromTheFormToTheAccount);
    CPPUNIT_TEST(carriesOnWhatWasBegun);
    CPPUNIT_TEST(leadsFromPromptCreateBackToTheClient);
    CPPUNIT_TEST(tellsAllThatIsWrongAtOnce);
    CPPUNIT_TEST(takesTheWordOfThePolicyAndTheHomeserver);
    CPPUNIT_TEST(saysThatTheHomeserverDidNotAnswer);
    CPPUNIT_TEST(keepsTheTermsThatWereAccepted);
    CPPUNIT_TEST(answersTheFormsScript);
    CPPUNIT_TEST(isNotThereWhereItIsOff);
    CPPUNIT_TEST(leadsToItFromTheOtherPages);
    CPPUNIT_TEST(goesOnInAnotherTabButNotInAnotherBrowser);
    CPPUNIT_TEST(endsAfterAnHour);
    CPPUNIT_TEST(isSafeWithTheBackButton);
    CPPUNIT_TEST(offersAnotherNameWhereOneWasTakenMeanwhile);
    CPPUNIT_TEST(keepsTheNameWaitingWhileTheHomeserverIsAway);
    CPPUNIT_TEST(attack7_doesNotTellWhoseAddressIsKnown);
    CPPUNIT_TEST(attack8_stopsAtTheLimits);
    CPPUNIT_TEST(attack16_makesANewSession);
    CPPUNIT_TEST(attack19_showsWhatWasTypedAsText);
    CPPUNIT_TEST(attack20_refusesFormsWithoutTheBrowsersToken);
    CPPUNIT_TEST(attack36_isNotFinishedByAPrefetch);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    test::FakeHomeserver homeserver_;

    std::string users() const { return world_->sql("SELECT count(*) FROM users"); }

    // Through the last step.
    static http::Response finish(Registering& browser) {
        browser.take("display-name", {{"action", "skip"}});
        return browser.get(browser.step("finish"));
    }

public:
    void leadsFromTheFormToTheAccount() {
        if (!world_) return;
        Registering browser(*world_);
        CPPUNIT_ASSERT_EQUAL(std::string("/register/password?kind=change_password"), browser.header("Location", browser.get("/register?kind=change_password")));
        const auto page = browser.get("/register/password?username=al");
        CPPUNIT_ASSERT(page.status == 200 && holds(page, "value=\"al\"") && !holds(page, "name=\"email\"") && !holds(page, "accept_terms"));
        CPPUNIT_ASSERT_EQUAL(303, browser.begin().status);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), users());
        CPPUNIT_ASSERT(browser.counts("mas_user_password_registration_total 0"));
        CPPUNIT_ASSERT_EQUAL(browser.step("display-name"), browser.next());
        CPPUNIT_ASSERT_EQUAL(std::string("/"), browser.header("Location", finish(browser)));
        CPPUNIT_ASSERT(holds(browser.get("/"), "@alice:example.com"));
        CPPUNIT_ASSERT_EQUAL(std::string("alice new:a good one 2"), world_->sql("SELECT concat_ws(' ', username, hashed_password, version) FROM users JOIN user_passwords USING (user_id)"));
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), world_->sql("SELECT payload->>'set_display_name' FROM queue_jobs WHERE queue_name = 'provision-user'"));
        CPPUNIT_ASSERT_EQUAL(std::string("user.registered ip=192.0.2.7 username=alice session_kind=browser"), browser.events.list({"ip", "username", "session_kind"}));
        CPPUNIT_ASSERT(browser.counts("mas_user_password_registration_total 1"));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7 TestBrowser/1.0"), world_->sql("SELECT concat_ws(' ', host(ip_address), user_agent) FROM user_registrations WHERE completed_at IS NOT NULL"));
    }
    void carriesOnWhatWasBegun() {
        if (!world_) return;
        Registering browser(*world_);
        browser.begin(Registering::filledIn(), "?kind=continue_device_code_grant&id=01ARZ3NDEKTSV4RRFFQ69G5FAV");
        CPPUNIT_ASSERT_EQUAL(std::string("continue_device_code_grant 01ARZ3NDEKTSV4RRFFQ69G5FAV"), world_->sql("SELECT concat_ws(' ', post_auth_action->>'kind', post_auth_action->>'id') FROM user_registrations"));
        CPPUNIT_ASSERT_EQUAL(std::string("/device/01ARZ3NDEKTSV4RRFFQ69G5FAV"), browser.header("Location", finish(browser)));
    }
    void leadsFromPromptCreateBackToTheClient() {
        if (!world_) return;
        Registering browser(*world_);
        const Client client = browser.client();
        const std::string request = "/authorize?response_type=code&client_id=" + client.id.text() +
                                    "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&prompt=create";
        const std::string entry = browser.header("Location", browser.get(request));
        CPPUNIT_ASSERT_MESSAGE(entry, entry.starts_with("/register?kind=continue_authorization_grant&id="));
        const std::string query = entry.substr(entry.find('?'));
        const auto form = browser.get("/register/password" + query);
        CPPUNIT_ASSERT(browser.header("Content-Security-Policy", form).find("form-action 'self' https://app.example.com") != std::string::npos);
        browser.begin(Registering::filledIn(), query);
        const std::string consent = browser.header("Location", finish(browser));
        CPPUNIT_ASSERT(consent.starts_with("/consent/"));
        CPPUNIT_ASSERT(holds(browser.get(consent), "@alice:example.com"));
        browser.settings.registration.enabled = false;
        browser.forget();
        CPPUNIT_ASSERT(browser.header("Location", browser.get(request)).starts_with("/login?"));
    }
    void tellsAllThatIsWrongAtOnce() {
        if (!world_) return;
        Registering browser(*world_);
        browser.settings.registration.emailRequired = true;
        browser.settings.tosUri = "https://example.com/terms";
        world_->user("alice");
        const auto empty = browser.begin({});
        CPPUNIT_ASSERT_EQUAL(200, empty.status);
        for (const char* each : {"Choose a username", "Enter your e-mail address", "Choose a password", "Enter the password once more", "Accept the terms"}) CPPUNIT_ASSERT_MESSAGE(each, holds(empty, each));
        const auto wrong = browser.begin({{"username", "Alice"}, {"email", "alice"}, {"password", "weak"}, {"password_confirm", "other"}, {"accept_terms", "on"}});
        for (const char* each : {"This name is taken", "This is not an e-mail address", "too easy to guess", "The two passwords differ", "value=\"Alice\"", "value=\"alice\"", " checked"}) {
            CPPUNIT_ASSERT_MESSAGE(each, holds(wrong, each));
        }
        CPPUNIT_ASSERT(!holds(wrong, "weak") && !holds(wrong, "Accept the terms of service to go on"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM user_registrations"));
    }
    void takesTheWordOfThePolicyAndTheHomeserver() {
        if (!world_) return;
        Registering browser(*world_);
        browser.homeserver = &homeserver_;
        homeserver_.names = [](std::string_view name) { return name == "used" ? LocalpartAvailability::taken : LocalpartAvailability::available; };
        CPPUNIT_ASSERT(holds(browser.begin(Registering::filledIn("used")), "This name is taken"));
        browser.policy.registrationViolations = {{.message = "m1", .code = "username-banned", .field = "username", .redirectUri = false, .needToRemove = {}},
                                                 {.message = "Not on Sundays", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
        const auto denied = browser.begin(Registering::filledIn("used"));
        CPPUNIT_ASSERT(holds(denied, "This name is not allowed here") && holds(denied, "Not on Sundays") && !holds(denied, "This name is taken"));
        CPPUNIT_ASSERT(browser.policy.registrations.back().method == "password" && browser.policy.registrations.back().requester.ipAddress == "192.0.2.7");
    }
    void saysThatTheHomeserverDidNotAnswer() {
        if (!world_) return;
        Registering browser(*world_);
        browser.homeserver = &homeserver_;
        homeserver_.names = [](std::string_view) -> LocalpartAvailability { throw HomeserverError("away", HomeserverError::Reason::unreachable); };
        const auto response = browser.begin();
        CPPUNIT_ASSERT(response.status == 503 && holds(response, "cannot check") && holds(response, "value=\"alice\""));
    }
    void keepsTheTermsThatWereAccepted() {
        if (!world_) return;
        Registering browser(*world_);
        browser.settings.tosUri = "https://example.com/terms";
        FormFields fields = Registering::filledIn();
        fields.emplace_back("accept_terms", "on");
        CPPUNIT_ASSERT_EQUAL(303, browser.begin(fields).status);
        finish(browser);
        CPPUNIT_ASSERT_EQUAL(std::string("https://example.com/terms"), world_->sql("SELECT terms_url FROM user_terms"));
    }
    void answersTheFormsScript() {
        if (!world_) return;
        Registering browser(*world_);
        world_->user("bob");
        const auto page = browser.get("/register/password");
        CPPUNIT_ASSERT(browser.header("Content-Security-Policy", page).find("connect-src 'self'; form-action 'self'; img-src 'self' data:; script-src 'self'; style-src 'self'") != std::string::npos);
        const auto ask = [&](const FormFields& fields) { return browser.post("/register/check", fields).body; };
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"username":{"ok":true,"text":"This name is free"}})"), ask({{"username", "alice"}}));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"username":{"ok":false,"text":"This name is taken. Choose another one."}})"), ask({{"username", "BOB"}}));
        CPPUNIT_ASSERT(ask({}).starts_with(R"({"username":{"ok":false,"text":")"));
        CPPUNIT_ASSERT(holds(page, "data-check=\"/register/check\" data-check-as=\"username\"") && holds(page, "data-check=\"/password/check\" data-check-as=\"password\""));
        CPPUNIT_ASSERT(holds(browser.begin({{"username", "alice"}, {"password", "weak"}, {"password_confirm", "weak"}}), "id=\"password-strength\" data-score=\"1\">"));
        browser.policy.registrationViolations = {{.message = "no \"x\"", .code = {}, .field = "username", .redirectUri = false, .needToRemove = {}}};
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"username":{"ok":false,"text":"no \"x\""}})"), ask({{"username", "alice"}}));
        browser.limiter.full = {RateLimiter::Bucket::registrationCheckPerIp};
        CPPUNIT_ASSERT_EQUAL(429, browser.post("/register/check", {{"username", "alice"}}).status);
    }
    void isNotThereWhereItIsOff() {
        if (!world_) return;
        Registering browser(*world_);
        browser.get("/register/password");
        browser.settings.registration.enabled = false;
        for (const char* target : {"/register", "/register/password"}) CPPUNIT_ASSERT_MESSAGE(target, holds(browser.get(target), "Nobody can register here"));
        const auto refused = browser.post("/register/password", Registering::filledIn());
        CPPUNIT_ASSERT(refused.status == 405 && browser.header("Allow", refused) == "GET, HEAD");
        CPPUNIT_ASSERT_EQUAL(404, browser.post("/register/check", {{"username", "x"}}).status);
        CPPUNIT_ASSERT(!holds(browser.get("/login"), "/register") && !holds(browser.get("/"), "/register"));
    }
    void leadsToItFromTheOtherPages() {
        if (!world_) return;
        Registering browser(*world_);
        CPPUNIT_ASSERT(holds(browser.get("/login?kind=change_password"), "href=\"/register?kind=change_password\""));
        CPPUNIT_ASSERT(holds(browser.get("/"), "href=\"/register\""));
        CPPUNIT_ASSERT(holds(browser.get("/register/password?kind=change_password"), "href=\"/login?kind=change_password\""));
        browser.person();
        browser.get("/login");
        browser.logIn();
        for (const char* target : {"/register?kind=change_password", "/register/password?kind=change_password"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(target, std::string("/account/password/change"), browser.header("Location", browser.get(target)));
        }
    }
    void goesOnInAnotherTabButNotInAnotherBrowser() {
        if (!world_) return;
        Registering browser(*world_), tab(*world_), stranger(*world_);
        browser.begin();
        tab.id = stranger.id = browser.id;
        tab.shareCookies(browser);
        for (const char* each : {"finish", "display-name"}) {
            const auto response = stranger.get(stranger.step(each));
            CPPUNIT_ASSERT(response.status == 404 && holds(response, "not started in this browser"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("/"), tab.header("Location", finish(tab)));
        CPPUNIT_ASSERT_EQUAL(std::string("/"), browser.next());
        CPPUNIT_ASSERT_EQUAL(404, stranger.get("/register/steps/01ARZ3NDEKTSV4RRFFQ69G5FAV/finish").status);
        CPPUNIT_ASSERT_EQUAL(400, stranger.get("/register/steps/x/finish").status);
    }
    void endsAfterAnHour() {
        if (!world_) return;
        Registering browser(*world_);
        browser.begin(Registering::filledIn(), "?kind=change_password");
        world_->sql("UPDATE user_registrations SET created_at = now() - interval '1 h'");
        for (const char* each : {"finish", "display-name"}) {
            const auto response = browser.get(browser.step(each));
            CPPUNIT_ASSERT(response.status == 410 && holds(response, "more than an hour ago") && holds(response, "/register?kind=change_password"));
        }
        browser.post(browser.step("display-name"), {{"action", "skip"}});
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM user_registrations WHERE display_name IS NOT NULL"));
    }
    void isSafeWithTheBackButton() {
        if (!world_) return;
        Registering browser(*world_);
        browser.begin(Registering::filledIn(), "?kind=change_password");
        finish(browser);
        const std::string sessions = world_->sql("SELECT count(*) FROM user_sessions");
        for (const std::string& each : {browser.step("finish"), browser.step("display-name"), browser.step("username"), std::string("/register/password?kind=change_password")}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each, std::string("/account/password/change"), browser.header("Location", browser.get(each)));
        }
        browser.get("/");
        CPPUNIT_ASSERT_EQUAL(303, browser.post(browser.step("display-name"), {{"display_name", "Mallory"}}).status);
        CPPUNIT_ASSERT_EQUAL(303, browser.post("/register/password", Registering::filledIn("other")).status);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM user_registrations WHERE display_name = 'alice'"));
        CPPUNIT_ASSERT_EQUAL(sessions, world_->sql("SELECT count(*) FROM user_sessions"));
    }
    void offersAnotherNameWhereOneWasTakenMeanwhile() {
        if (!world_) return;
        Registering first(*world_), second(*world_);
        first.begin();
        second.begin();
        first.take("display-name", {{"action", "skip"}});
        second.take("display-name", {{"display_name", "Al"}});
        CPPUNIT_ASSERT_EQUAL(std::string("/"), first.next());
        CPPUNIT_ASSERT_EQUAL(second.step("username"), second.next());
        CPPUNIT_ASSERT(holds(second.get(second.step("username")), "Somebody else has taken alice"));
        CPPUNIT_ASSERT(holds(second.take("username", {{"username", "ALICE"}}), "This name is taken"));
        CPPUNIT_ASSERT(holds(second.take("username", {{"username", " "}}), "Choose a username"));
        CPPUNIT_ASSERT_EQUAL(303, second.take("username", {{"username", "al"}}).status);
        CPPUNIT_ASSERT_EQUAL(std::string("/"), second.next());
        CPPUNIT_ASSERT_EQUAL(std::string("Al"), world_->sql("SELECT payload->>'set_display_name' FROM queue_jobs ORDER BY created_at DESC LIMIT 1"));
        CPPUNIT_ASSERT(holds(second.get("/"), "@al:example.com"));
    }
    void keepsTheNameWaitingWhileTheHomeserverIsAway() {
        if (!world_) return;
        Registering browser(*world_);
        browser.homeserver = &homeserver_;
        browser.begin();
        browser.take("display-name", {{"action", "skip"}});
        homeserver_.names = [](std::string_view) -> LocalpartAvailability { throw HomeserverError("away", HomeserverError::Reason::unreachable); };
        CPPUNIT_ASSERT_EQUAL(503, browser.get(browser.step("finish")).status);
        homeserver_.names = [](std::string_view) { return LocalpartAvailability::reserved; };
        CPPUNIT_ASSERT_EQUAL(browser.step("username"), browser.next());
        homeserver_.names = [](std::string_view) { return LocalpartAvailability::available; };
        CPPUNIT_ASSERT_EQUAL(std::string("/"), browser.next());
    }
    void attack7_doesNotTellWhoseAddressIsKnown() {
        if (!world_) return;
        Registering known(*world_), unknown(*world_);
        const Ulid bob = world_->user("bob");
        world_->commit([&](UnitOfWork& work) { work.emails().add({world_->id(), bob, "bob@example.org", world_->now}); });
        const auto one = known.beginWithEmail("bob@example.org", "a"), other = unknown.beginWithEmail("new@example.org", "b");
        CPPUNIT_ASSERT(one.status == 303 && other.status == 303);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world_->sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'send-email-authentication-code'"));
        const auto page = known.get(known.step("verify-email"));
        CPPUNIT_ASSERT(page.status == 200 && !holds(page, "account already"));
    }
    void attack8_stopsAtTheLimits() {
        if (!world_) return;
        using Bucket = RateLimiter::Bucket;
        Registering browser(*world_);
        for (const Bucket bucket : {Bucket::registrationCheckPerIp, Bucket::registration, Bucket::emailPerIp, Bucket::emailPerAddress}) {
            browser.limiter.full = {bucket};
            CPPUNIT_ASSERT(holds(browser.beginWithEmail("Alice@Example.org"), "Too many attempts"));
        }
        CPPUNIT_ASSERT(browser.limiter.taken.back() == std::pair(Bucket::emailPerAddress, std::string("alice@example.org")));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM user_registrations"));
        browser.limiter.full = {};
        browser.limiter.taken.clear();
        browser.begin({{"username", ""}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, browser.limiter.taken.size());  // what is wrong anyway is not counted as a registration
    }
    void attack16_makesANewSession() {
        if (!world_) return;
        Registering browser(*world_);
        browser.begin();
        const std::string before = browser.cookie("session");
        finish(browser);
        CPPUNIT_ASSERT(before != browser.cookie("session"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM user_session_authentications"));
    }
    void attack19_showsWhatWasTypedAsText() {
        if (!world_) return;
        Registering browser(*world_);
        const std::string bad = "\"><script>alert(1)</script>";
        browser.settings.registration.emailRequired = true;
        for (const auto& response : {browser.begin({{"username", bad}, {"email", bad}}), browser.get("/register/password?username=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")}) {
            CPPUNIT_ASSERT(holds(response, "&lt;script&gt;alert") && !holds(response, "<script>alert"));
        }
        browser.beginWithEmail("a@example.org", "x<img src=x>");  // this policy lets it pass
        browser.mail("123456");
        browser.take("verify-email", {{"code", "123456"}});
        CPPUNIT_ASSERT(holds(browser.get(browser.step("display-name")), "x&lt;img src=x&gt;"));
        CPPUNIT_ASSERT(holds(browser.get(browser.step("username")), "x&lt;img src=x&gt;"));
    }
    void attack20_refusesFormsWithoutTheBrowsersToken() {
        if (!world_) return;
        Registering mine(*world_), other(*world_);
        mine.begin();
        other.get("/register/password");
        for (const std::string& target : {std::string("/register/password"), std::string("/register/check"), mine.step("display-name"), mine.step("username"), mine.step("token"), mine.step("verify-email")}) {
            for (const std::string& token : {std::string(), other.token()}) {
                FormFields fields = Registering::filledIn("mallory");
                fields.insert(fields.end(), {{"csrf", token}, {"action", "skip"}});
                CPPUNIT_ASSERT_EQUAL_MESSAGE(target, 400, mine.postWithoutToken(target, fields).status);
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM user_registrations WHERE display_name IS NULL AND username = 'alice'"));
    }
    void attack36_isNotFinishedByAPrefetch() {
        if (!world_) return;
        Registering browser(*world_);
        browser.begin();
        browser.take("display-name", {{"action", "skip"}});
        browser.extraHeaders = {{"Sec-Purpose", "prefetch;prerender"}};
        CPPUNIT_ASSERT_EQUAL(503, browser.get(browser.step("finish")).status);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), users());
        browser.extraHeaders.clear();
        CPPUNIT_ASSERT_EQUAL(std::string("/"), browser.next());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationTest);

}  // namespace latchkey::account
