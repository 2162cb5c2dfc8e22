// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/compat/session_repository.h"
#include "domain/oauth2/authorization_request.h"
#include "domain/user/browser_session.h"
#include "domain/user/recover_password.h"
#include "domain/user/user_email.h"
#include "domain/user/user_life_repository.h"
#include "domain/user/user_repository.h"
#include "tests/plugins/account/browser.h"
#include "tests/support/statements.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>

namespace latchkey::account {

namespace {

const std::string kTicket = "aBcDeFgHiJkLmNoPqRsTuVwXyZ012345";
const std::string kLink = "/account/password/recovery?ticket=" + kTicket;

}  // namespace

class RecoveryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RecoveryTest);
    CPPUNIT_TEST(isOffUnlessSwitchedOn);
    CPPUNIT_TEST(theLogInPageLinksToIt);
    CPPUNIT_TEST(asksForAMailInTheReadersLanguage);
    CPPUNIT_TEST(attack7_attack22_everyAddressIsAnsweredTheSame);
    CPPUNIT_TEST(refusesWhatIsNoAddress);
    CPPUNIT_TEST(isLimitedPerNetworkAddressAndPerMailAddress);
    CPPUNIT_TEST(sendsAnotherMailOnRequest);
    CPPUNIT_TEST(progressOfNothingBeginsAnew);
    CPPUNIT_TEST(setsThePassword);
    CPPUNIT_TEST(attack36_lookingAtTheLinkUsesNothingUp);
    CPPUNIT_TEST(attack22_aLinkWorksOnce);
    CPPUNIT_TEST(attack22_ofManyWhoUseALinkAtOnceOneDoes);
    CPPUNIT_TEST(attack22_aLinkIsBoundToItsUser);
    CPPUNIT_TEST(attack22_anExpiredLinkOnlySendsAnother);
    CPPUNIT_TEST(attack22_aPasswordChangedOtherwiseEndsALink);
    CPPUNIT_TEST(aHashMadeNewAtLogInLeavesALinkAlone);
    CPPUNIT_TEST(attack22_endsSessionsByChoice);
    CPPUNIT_TEST(lockedAndDeactivatedUsersKeepTheirPassword);
    CPPUNIT_TEST(refusesAWeakPasswordAndAMistypedOne);
    CPPUNIT_TEST(attack20_needsTheFormsToken);
    CPPUNIT_TEST(attack21_noHeaderOfARequestGetsIntoAMail);
    CPPUNIT_TEST(whoIsLoggedInNeedsNoMail);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        if (!test::postgresAvailable()) return;
        world_ = std::make_unique<contract::World>();
        browser_ = std::make_unique<Browser>(*world_);
        browser_->settings.passwordRecovery = true;
    }
    void tearDown() override {
        browser_.reset();
        world_.reset();
    }

private:
    std::unique_ptr<contract::World> world_;
    std::unique_ptr<Browser> browser_;

    static constexpr int kOpen = 600;
    Ulid user_, session_;

    Ulid account(const std::string& name = "alice", const std::string& address = "alice@example.org") {
        const Ulid user = browser_->person(name);
        const Ulid email = world_->id();
        world_->commit([&](UnitOfWork& work) { work.emails().add({email, user, address, world_->now}); });
        emails_[name] = email;
        return user;
    }
    /// A mailed link of alice's, good for so many seconds more.
    void mailed(int seconds = kOpen, const std::string& ticket = kTicket, const std::string& name = "alice") {
        if (!emails_.contains(name)) user_ = account(name);
        const Instant now = currentTime(), sent = now + Duration::seconds(seconds - kOpen);
        session_ = newId(now);
        world_->commit([&](UnitOfWork& work) {
            work.recoveries().add({session_, "alice@example.org", "Firefox", std::nullopt, "en", sent, std::nullopt});
            work.recoveries().addTicket({newId(now), session_, emails_.at(name), sent, now + Duration::seconds(seconds)}, ticket);
        });
    }
    std::map<std::string, Ulid> emails_;

    http::Response choose(const std::string& password = "brand new", std::vector<std::pair<std::string, std::string>> more = {}) {
        std::vector<std::pair<std::string, std::string>> form{{"ticket", kTicket}, {"password", password}, {"password_confirm", password}};
        form.insert(form.end(), more.begin(), more.end());
        return browser_->post("/account/password/recovery", form);
    }
    std::string passwordOf(const Ulid& user) {
        return world_->sql("SELECT hashed_password FROM user_passwords WHERE user_id = '" + user.uuid() + "' ORDER BY created_at DESC LIMIT 1");
    }
    std::string count(const std::string& what) { return world_->sql("SELECT count(*) FROM " + what); }
    static void requireHolds(const http::Response& response, const std::string& text) { CPPUNIT_ASSERT_MESSAGE(text + " is not in: " + response.body, holds(response, text)); }
    void requireNothingAsked() {
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count("user_recovery_sessions"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count("queue_jobs"));
    }

    void isOffUnlessSwitchedOn() {
        if (!world_) return;
        mailed();
        browser_->get("/login");
        browser_->settings.passwordRecovery = false;
        for (const std::string& target : {std::string("/recover"), "/recover/progress/" + session_.text(), kLink}) {
            const http::Response page = browser_->get(target);
            CPPUNIT_ASSERT_EQUAL(200, page.status);
            requireHolds(page, "Passwords cannot be recovered here");
            requireHolds(browser_->post(target, {{"email", "alice@example.org"}}), "Passwords cannot be recovered here");
        }
        requireHolds(choose(), "Passwords cannot be recovered here");
        CPPUNIT_ASSERT_EQUAL(std::string("old:secret"), passwordOf(user_));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count("queue_jobs"));
    }

    void theLogInPageLinksToIt() {
        if (!world_) return;
        requireHolds(browser_->get("/login"), "href=\"/recover\"");
        browser_->settings.passwordRecovery = false;
        CPPUNIT_ASSERT(!holds(browser_->get("/login"), "/recover"));
    }

    void asksForAMailInTheReadersLanguage() {
        if (!world_) return;
        browser_->language = "fr-CA, en;q=0.1";
        requireHolds(browser_->get("/recover"), "Mot de passe oubli");
        const http::Response sent = browser_->post("/recover", {{"email", " Alice@Example.org "}});
        CPPUNIT_ASSERT_EQUAL(303, sent.status);
        CPPUNIT_ASSERT_EQUAL(std::string("recovery.requested ip=192.0.2.7 email=A***@Example.org"), browser_->events.list({"ip", "email", "username"}));
        const std::string id = browser_->header("Location", sent).substr(std::string("/recover/progress/").size());
        const auto session = world_->store().reading()->recoveries().find(Ulid::parse(id).value());
        CPPUNIT_ASSERT_EQUAL(std::string("Alice@Example.org"), session->email);
        CPPUNIT_ASSERT_EQUAL(std::string("fr"), session->locale);
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), session->ipAddress.value());
        CPPUNIT_ASSERT_EQUAL("{\"user_recovery_session_id\": \"" + id + "\"}", world_->sql("SELECT payload FROM queue_jobs WHERE queue_name = 'send-account-recovery-email'"));
        requireHolds(browser_->get("/recover/progress/" + id), "Alice@Example.org");
    }

    void attack7_attack22_everyAddressIsAnsweredTheSame() {
        if (!world_) return;
        account();
        const Ulid locked = account("lucy", "lucy@example.org");
        world_->commit([&](UnitOfWork& work) { work.users().lock(locked, world_->now); });
        std::vector<std::string> pages;
        std::set<std::uint64_t> roundTrips;
        for (const std::string address : {"alice@example.org", "lucy@example.org", "nobody@example.org"}) {
            browser_->forget();
            browser_->limiter.taken.clear();
            browser_->get("/recover");
            http::Response sent;
            roundTrips.insert(test::statementsOf([&] { sent = browser_->post("/recover", {{"email", address}}); }));
            CPPUNIT_ASSERT_EQUAL(303, sent.status);
            const std::string target = browser_->header("Location", sent);
            std::string body = browser_->get(target).body;
            for (const std::string& own : {address, target, browser_->token()}) {
                for (std::size_t at = body.find(own); at != std::string::npos; at = body.find(own)) body.replace(at, own.size(), "-");
            }
            pages.push_back(body + std::to_string(browser_->limiter.taken.size()));
        }
        CPPUNIT_ASSERT_EQUAL(pages[0], pages[1]);
        CPPUNIT_ASSERT_EQUAL(pages[0], pages[2]);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, roundTrips.size());
        CPPUNIT_ASSERT_EQUAL(std::string("3"), count("user_recovery_sessions"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), count("queue_jobs"));
    }

    void refusesWhatIsNoAddress() {
        if (!world_) return;
        browser_->get("/recover");
        for (const std::string address : {"", "alice", "alice@", "a@b, c@d.org", "x@example.org\r\nBcc: y@example.org", "<b>@example.org", "\"a b\"@example.org"}) {
            const http::Response page = browser_->post("/recover", {{"email", address}});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(address, 200, page.status);
            requireHolds(page, "This is not an e-mail address");
            CPPUNIT_ASSERT(!holds(page, "<b>@"));
        }
        requireNothingAsked();
    }

    void isLimitedPerNetworkAddressAndPerMailAddress() {
        if (!world_) return;
        using Bucket = RateLimiter::Bucket;
        browser_->get("/recover");
        for (const Bucket bucket : {Bucket::recoveryPerIp, Bucket::recoveryPerAddress}) {
            browser_->limiter.full = {bucket};
            browser_->limiter.taken.clear();
            const http::Response page = browser_->post("/recover", {{"email", "Alice@Example.ORG"}});
            CPPUNIT_ASSERT_EQUAL(200, page.status);
            requireHolds(page, "Too many requests");
            CPPUNIT_ASSERT(browser_->limiter.taken.front() == std::pair(Bucket::recoveryPerIp, std::string("192.0.2.7")));
        }
        CPPUNIT_ASSERT(browser_->limiter.taken.back() == std::pair(Bucket::recoveryPerAddress, std::string("alice@example.org")));
        requireNothingAsked();
    }

    void sendsAnotherMailOnRequest() {
        if (!world_) return;
        mailed();
        const std::string target = "/recover/progress/" + session_.text();
        browser_->get(target);
        const http::Response again = browser_->post(target, {});
        CPPUNIT_ASSERT_EQUAL(target + "?sent", browser_->header("Location", again));
        requireHolds(browser_->get(target + "?sent"), "Another mail is on its way");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("queue_jobs"));
        browser_->limiter.full = {RateLimiter::Bucket::recoveryPerAddress};
        const http::Response refused = browser_->post(target, {});
        CPPUNIT_ASSERT_EQUAL(429, refused.status);
        requireHolds(refused, "Too many requests");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("queue_jobs"));
    }

    void progressOfNothingBeginsAnew() {
        if (!world_) return;
        mailed();
        for (const std::string& id : {std::string("01ARZ3NDEKTSV4RRFFQ69G5FAV"), std::string("nonsense")}) {
            const http::Response response = browser_->get("/recover/progress/" + id);
            CPPUNIT_ASSERT_EQUAL(std::string("/recover"), browser_->header("Location", response));
        }
        world_->commit([&](UnitOfWork& work) { work.recoveries().consume(session_, currentTime()); });
        requireHolds(browser_->get("/recover/progress/" + session_.text()), "was used already");
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count("queue_jobs"));
    }

    void setsThePassword() {
        if (!world_) return;
        mailed();
        const http::Response page = browser_->get(kLink);
        requireHolds(page, "@alice:example.com");
        CPPUNIT_ASSERT_EQUAL(std::string("no-referrer"), browser_->header("Referrer-Policy", page));
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), browser_->header("Cache-Control", page));
        requireHolds(choose(), "Your password was changed");
        CPPUNIT_ASSERT_EQUAL(std::string("new:brand new"), passwordOf(user_));
        CPPUNIT_ASSERT_EQUAL(std::string("recovery.used username=alice"), browser_->events.list({"username", "reason"}));
        browser_->get("/login");
        CPPUNIT_ASSERT_EQUAL(303, browser_->post("/login", {{"username", "alice"}, {"password", "brand new"}}).status);
    }

    void attack36_lookingAtTheLinkUsesNothingUp() {
        if (!world_) return;
        mailed();
        for (int i = 0; i < 3; ++i) requireHolds(browser_->get(kLink), "Choose a new password");
        CPPUNIT_ASSERT_EQUAL(std::string("old:secret"), passwordOf(user_));
        CPPUNIT_ASSERT(!world_->store().reading()->recoveries().find(session_)->consumedAt);
        const std::string jobs = count("queue_jobs");
        requireHolds(browser_->get("/recover/progress/" + session_.text() + "?sent"), "Check your mail");
        CPPUNIT_ASSERT_EQUAL(jobs, count("queue_jobs"));
    }

    void attack22_aLinkWorksOnce() {
        if (!world_) return;
        mailed();
        browser_->get(kLink);
        choose("the first");
        requireHolds(choose("the second"), "was used already");
        requireHolds(browser_->get(kLink), "was used already");
        CPPUNIT_ASSERT_EQUAL(std::string("new:the first"), passwordOf(user_));
    }

    void attack22_ofManyWhoUseALinkAtOnceOneDoes() {
        if (!world_) return;
        mailed();
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) {
            return recoverPassword(work, kTicket, {"new:raced", 2}, true, currentTime()).state == RecoveryState::valid;
        }));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), count("user_passwords"));
    }

    void attack22_aLinkIsBoundToItsUser() {
        if (!world_) return;
        mailed();
        const Ulid other = account("bob", "bob@example.org");
        browser_->get(kLink);
        choose("brand new", {{"username", "bob"}, {"user_id", other.text()}, {"user", "bob"}, {"mxid", "@bob:example.com"}});
        CPPUNIT_ASSERT_EQUAL(std::string("old:secret"), passwordOf(other));
        CPPUNIT_ASSERT_EQUAL(std::string("new:brand new"), passwordOf(user_));
        for (const std::string& wrong : {std::string(), kTicket.substr(1), kTicket + "x", std::string("ABcDeFgHiJkLmNoPqRsTuVwXyZ012345"), std::string(5000, 'a'), std::string("%' OR true --")}) {
            requireHolds(browser_->get("/account/password/recovery?" + formEncode({{"ticket", wrong}})), "This link does not work");
        }
    }

    void attack22_anExpiredLinkOnlySendsAnother() {
        if (!world_) return;
        mailed(-1);
        const http::Response page = browser_->get(kLink);
        requireHolds(page, "This link does not work");
        requireHolds(page, "action=\"/recover/progress/" + session_.text() + "\"");
        requireHolds(choose(), "This link does not work");
        CPPUNIT_ASSERT_EQUAL(std::string("old:secret"), passwordOf(user_));
        browser_->post("/recover/progress/" + session_.text(), {});
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("queue_jobs"));
    }

    void attack22_aPasswordChangedOtherwiseEndsALink() {
        if (!world_) return;
        mailed();
        browser_->get(kLink);
        world_->commit([&](UnitOfWork& work) { work.passwords().add({newId(currentTime()), user_, "new:changed", 2, currentTime(), std::nullopt}); });
        requireHolds(choose(), "was used already");
        CPPUNIT_ASSERT_EQUAL(std::string("new:changed"), passwordOf(user_));
    }

    void aHashMadeNewAtLogInLeavesALinkAlone() {
        if (!world_) return;
        mailed();
        browser_->get("/login");
        browser_->logIn();
        CPPUNIT_ASSERT_EQUAL(std::string("new:secret"), passwordOf(user_));
        browser_->get(kLink);
        requireHolds(choose(), "Your password was changed");
    }

    void attack22_endsSessionsByChoice() {
        if (!world_) return;
        mailed();
        const auto live = [&] {
            return count("user_sessions WHERE finished_at IS NULL") + count("oauth2_sessions WHERE finished_at IS NULL") + count("compat_sessions WHERE finished_at IS NULL");
        };
        world_->browserSession(user_);
        world_->session(user_);
        world_->sql("INSERT INTO compat_sessions (compat_session_id, user_id, device_id, created_at) VALUES (gen_random_uuid(), '" + user_.uuid() + "', 'DEVICE', now())");
        browser_->get(kLink);
        requireHolds(choose(), "Your other sessions stay signed in");
        CPPUNIT_ASSERT_EQUAL(std::string("111"), live());

        mailed(kOpen + 5, "ZBcDeFgHiJkLmNoPqRsTuVwXyZ012345");
        browser_->get("/account/password/recovery?ticket=ZBcDeFgHiJkLmNoPqRsTuVwXyZ012345");
        requireHolds(browser_->post("/account/password/recovery", {{"ticket", "ZBcDeFgHiJkLmNoPqRsTuVwXyZ012345"}, {"password", "again"}, {"password_confirm", "again"}, {"end_sessions", "on"}}), "You were signed out everywhere");
        CPPUNIT_ASSERT_EQUAL(std::string("000"), live());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("queue_jobs WHERE queue_name = 'sync-devices'"));
    }

    void lockedAndDeactivatedUsersKeepTheirPassword() {
        if (!world_) return;
        mailed();
        browser_->get(kLink);
        world_->commit([&](UnitOfWork& work) { work.users().lock(user_, currentTime()); });
        requireHolds(browser_->get(kLink), "This account is locked");
        requireHolds(choose(), "This account is locked");
        world_->sql("UPDATE users SET deactivated_at = now()");
        requireHolds(choose(), "This account was deleted");
        CPPUNIT_ASSERT_EQUAL(std::string("old:secret"), passwordOf(user_));
    }

    void refusesAWeakPasswordAndAMistypedOne() {
        if (!world_) return;
        mailed();
        browser_->get(kLink);
        const auto with = [&](const std::string& password, const std::string& confirmation) {
            return browser_->post("/account/password/recovery", {{"ticket", kTicket}, {"password", password}, {"password_confirm", confirmation}});
        };
        requireHolds(with("", ""), "Choose a password");
        requireHolds(browser_->get(kLink), "data-check=\"/password/check\" data-check-as=\"password\"");
        requireHolds(with("weak", "weak"), "too easy to guess");
        requireHolds(with("weak", "weak"), "id=\"password-strength\" data-score=\"1\">");
        requireHolds(with("brand new", "brand mew"), "not the same");
        CPPUNIT_ASSERT_EQUAL(std::string("old:secret"), passwordOf(user_));
        requireHolds(with("brand new", "brand new"), "Your password was changed");
    }

    void attack20_needsTheFormsToken() {
        if (!world_) return;
        mailed();
        const std::string progress = "/recover/progress/" + session_.text();
        CPPUNIT_ASSERT_EQUAL(400, browser_->postWithoutToken("/recover", {{"email", "alice@example.org"}}).status);
        CPPUNIT_ASSERT_EQUAL(400, browser_->postWithoutToken(progress, {}).status);
        CPPUNIT_ASSERT_EQUAL(400, browser_->postWithoutToken("/account/password/recovery", {{"ticket", kTicket}, {"password", "x y"}, {"password_confirm", "x y"}}).status);
        CPPUNIT_ASSERT_EQUAL(std::string("old:secret"), passwordOf(user_));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count("queue_jobs"));
    }

    void attack21_noHeaderOfARequestGetsIntoAMail() {
        if (!world_) return;
        browser_->extraHeaders = {{"Host", "evil.example"}, {"X-Forwarded-Host", "evil.example"}, {"Forwarded", "host=evil.example"}, {"X-Original-URL", "//evil.example"}};
        const http::Response page = browser_->get("/recover");
        const http::Response sent = browser_->post("/recover", {{"email", "alice@example.org"}});
        CPPUNIT_ASSERT(browser_->header("Location", sent).starts_with("/recover/progress/"));
        CPPUNIT_ASSERT(!holds(page, "evil.example") && !holds(browser_->get(browser_->header("Location", sent)), "evil.example"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count("user_recovery_sessions AS s WHERE s::text LIKE '%evil%'"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count("queue_jobs AS j WHERE j::text LIKE '%evil%'"));
    }

    void whoIsLoggedInNeedsNoMail() {
        if (!world_) return;
        mailed();
        browser_->get("/login");
        browser_->logIn();
        for (const std::string& target : {std::string("/recover"), "/recover/progress/" + session_.text()}) CPPUNIT_ASSERT_EQUAL(std::string("/"), browser_->header("Location", browser_->get(target)));
        browser_->get(kLink);
        requireHolds(choose("brand new", {{"end_sessions", "on"}}), "You were signed out everywhere");
        requireHolds(browser_->get("/"), "/login");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RecoveryTest);

}  // namespace latchkey::account
