// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/personal/session.h"
#include "domain/session/account_session.h"
#include "domain/user/browser_session.h"
#include "domain/user/email_authentication.h"
#include "domain/user/user_email.h"
#include "domain/user/user_repository.h"
#include "tests/plugins/account/browser.h"
#include "tests/support/fake_homeserver.h"
#include "tests/support/statements.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>

namespace latchkey::account {

class ManagementAccountTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ManagementAccountTest);
    CPPUNIT_TEST(changesThePassword);
    CPPUNIT_TEST(saysHowStrongAPasswordIsWhileItIsTyped);
    CPPUNIT_TEST(endsEverythingElseWithThePasswordByChoice);
    CPPUNIT_TEST(tellsOfEachChangeOnceItIsCommitted);
    CPPUNIT_TEST(attack6_refusesEveryOtherPasswordForEachSensitiveAction);
    CPPUNIT_TEST(attack8_stopsGuessesAtTheLimit);
    CPPUNIT_TEST(doesNotAskAgainForAWhile);
    CPPUNIT_TEST(sendsWhoHasNoPasswordToLogInAgain);
    CPPUNIT_TEST(addsAnAddressWithItsCode);
    CPPUNIT_TEST(saysInThePersonsLanguageWhatThePolicyRefuses);
    CPPUNIT_TEST(refusesWrongOldAndForeignCodes);
    CPPUNIT_TEST(tellsOfATakenAddressOnlyWhoReadsItsMail);
    CPPUNIT_TEST(removesAnAddress);
    CPPUNIT_TEST(attack7_answersAlikeForAddressesOfOthers);
    CPPUNIT_TEST(showsAndSetsTheDisplayName);
    CPPUNIT_TEST(saysThatTheHomeserverIsAway);
    CPPUNIT_TEST(choosesALanguage);
    CPPUNIT_TEST(attack24_deletesTheAccountAtOnce);
    CPPUNIT_TEST(makesATokenThatIsShownOnce);
    CPPUNIT_TEST(attack28_givesTokensWhatThePolicyAllowsOnly);
    CPPUNIT_TEST(endsAllOfAnApplication);
    CPPUNIT_TEST(doesWhatTheConfigurationAllowsOnly);
    CPPUNIT_TEST(leadsPasswordManagersToTheForm);
    CPPUNIT_TEST(attack19_showsNamesAsTheyAre);
    CPPUNIT_TEST(attack20_needsTheBrowsersToken);
    CPPUNIT_TEST(attack23_touchesNobodyElsesAddresses);
    CPPUNIT_TEST(attack36_changesNothingByGet);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    using Form = std::vector<std::pair<std::string, std::string>>;
    static constexpr char kPassword[] = "/account/password/change";
    static constexpr char kEmails[] = "/account/emails";
    static constexpr char kTokens[] = "/account/tokens";
    static constexpr char kDeactivate[] = "/account/deactivate";

    Ulid alice(Browser& browser) {
        const Ulid user = browser.person();
        browser.get("/login");
        browser.logIn();
        browser.get("/account/");
        browser.policy.personalScopes = {std::string(kScopeApiStable)};
        return user;
    }
    // As if the log-in had been a while ago.
    void grown() { world_->sql("UPDATE user_session_authentications SET created_at = created_at - interval '6 minutes'"); }
    std::string jobs(const std::string& queue) { return world_->sql("SELECT count(*) FROM queue_jobs WHERE queue_name = '" + queue + "'"); }
    std::string code(const Ulid& authentication, Duration lifetime = kEmailCodeLifetime) {
        const Instant now = currentTime();
        world_->commit([&](UnitOfWork& work) { CPPUNIT_ASSERT(work.emailAuthentications().addCode({world_->id(), authentication, "123456", now, now + lifetime})); });
        return "123456";
    }
    // Of the page that asks for the code.
    static Ulid authenticationOf(const std::string& page) { return Ulid::parse(page.substr(std::string(kEmails).size() + 1, 26)).value(); }
    Ulid email(const Ulid& user, const std::string& address) {
        const UserEmail made{world_->id(), user, address, world_->now};
        world_->commit([&](UnitOfWork& work) { work.emails().add(made); });
        return made.id;
    }
    std::int64_t live(const Ulid& user) { return world_->store().reading()->accountSessions().count(user); }
    static Form change(const std::string& current, const std::string& wanted, bool endOthers = false) {
        Form form{{"current_password", current}, {"new_password", wanted}, {"new_password_again", wanted}};
        if (endOthers) form.emplace_back("end_others", "on");
        return form;
    }
    static Form token(const std::string& scope = std::string(kScopeApiStable)) { return {{"name", "Backup <script>"}, {"scope", scope}, {"days", "7"}}; }

public:
    void changesThePassword() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        world_->session(user);
        browser.get(kPassword);
        CPPUNIT_ASSERT(holds(browser.post(kPassword, {{"current_password", "secret"}, {"new_password", "a"}, {"new_password_again", "b"}}), "differ"));
        const auto weak = browser.post(kPassword, change("secret", "weak"));
        CPPUNIT_ASSERT(holds(weak, "too easy") && holds(weak, "id=\"password-strength\" data-score=\"1\">"));
        CPPUNIT_ASSERT(holds(browser.post(kPassword, change("", "strong")), "all three"));
        CPPUNIT_ASSERT_EQUAL(std::string("new:secret"), world_->store().reading()->passwords().active(user)->hash);
        const auto done = browser.post(kPassword, change("secret", "strong"));
        CPPUNIT_ASSERT_EQUAL(std::string(kPassword) + "?done=changed", browser.header("Location", done));
        CPPUNIT_ASSERT(holds(browser.get(std::string(kPassword) + "?done=changed"), "Your password was changed."));
        CPPUNIT_ASSERT_EQUAL(std::string("new:strong"), world_->store().reading()->passwords().active(user)->hash);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, live(user));
        // Another tab, with the old one.
        CPPUNIT_ASSERT(holds(browser.post(kPassword, change("secret", "other")), "current password is not right"));
    }
    void saysHowStrongAPasswordIsWhileItIsTyped() {
        if (!world_) return;
        Browser browser(*world_);
        alice(browser);
        const auto page = browser.get(kPassword);
        CPPUNIT_ASSERT(holds(page, "data-check=\"/password/check\" data-check-as=\"password\"") && holds(page, "id=\"password-strength\" hidden>"));
        const std::string csp = browser.header("Content-Security-Policy", page);
        CPPUNIT_ASSERT_MESSAGE(csp, csp.find("connect-src 'self';") != std::string::npos && csp.find("script-src 'self';") != std::string::npos);
        const auto ask = [&](const std::string& password) { return browser.post("/password/check", {{"password", password}}); };
        CPPUNIT_ASSERT(ask("weak").body.starts_with(R"({"password":{"ok":false,"score":1,"text":"This password is too easy)"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"password":{"ok":true,"score":4,"text":"A strong password"}})"), ask("a good one").body);
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), browser.header("Cache-Control", ask("a good one")));
        browser.limiter.full = {RateLimiter::Bucket::registrationCheckPerIp};
        CPPUNIT_ASSERT_EQUAL(429, ask("a good one").status);
        CPPUNIT_ASSERT_EQUAL(400, browser.postWithoutToken("/password/check", {{"password", "weak"}}).status);
        browser.hasher.on = false;
        CPPUNIT_ASSERT_EQUAL(404, ask("a good one").status);
    }
    void endsEverythingElseWithThePasswordByChoice() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const OAuthSession session = world_->session(user);
        world_->access(session.id, "mat_other");
        world_->browserSession(user);
        browser.post(kPassword, change("secret", "strong", true));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, live(user));
        CPPUNIT_ASSERT(!world_->store().reading()->tokens().findAccess("mat_other")->usableAt(currentTime()));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), jobs("sync-devices"));
        CPPUNIT_ASSERT_EQUAL(200, browser.get("/account/").status);
    }
    void tellsOfEachChangeOnceItIsCommitted() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const Ulid address = email(user, "alice@example.com");
        world_->session(user);
        const auto told = [&] {
            const std::string all = browser.events.list({"username", "email", "reason", "count"});
            browser.events.all.clear();
            return all;
        };
        told();
        browser.get(kPassword);
        browser.post(kPassword, change("wrong", "strong"));
        CPPUNIT_ASSERT_EQUAL(std::string("reauthentication.failed username=alice reason=invalid_credentials"), told());
        browser.post(kPassword, change("secret", "strong", true));
        CPPUNIT_ASSERT_EQUAL(std::string("password.changed username=alice; session.ended username=alice reason=password_changed count=1"), told());
        for (int i = 0; i < 2; ++i) browser.post(std::string(kEmails) + "/" + address.text() + "/remove", {});
        CPPUNIT_ASSERT_EQUAL(std::string("email.removed username=alice email=a***@example.com"), told());
        browser.post(kTokens, token());
        CPPUNIT_ASSERT_EQUAL(std::string("personal_token.created username=alice"), told());
        CPPUNIT_ASSERT(browser.post("/account/sessions", {{"action", "end_others"}}).status == 303);
        CPPUNIT_ASSERT_EQUAL(std::string("session.ended username=alice reason=others_by_user count=1"), told());
        browser.post(kDeactivate, {{"username", "alice"}, {"password", "strong"}});
        CPPUNIT_ASSERT_EQUAL(std::string("user.deactivated username=alice reason=by_user; session.ended username=alice reason=deactivated count=1"), told());
    }
    void attack6_refusesEveryOtherPasswordForEachSensitiveAction() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const Ulid address = email(user, "alice@example.com");
        grown();
        const std::string removal = std::string(kEmails) + "/" + address.text() + "/remove";
        const std::vector<std::pair<std::string, Form>> actions = {
            {kEmails, {{"email", "new@example.com"}}}, {removal, {}}, {kTokens, token()}, {kDeactivate, {{"username", "alice"}}}};
        for (const auto& [target, form] : actions) {
            CPPUNIT_ASSERT_MESSAGE(target, holds(browser.get(target), "name=\"password\""));
            for (const char* wrong : {"", "Secret", "secre", "secret ", "secret2", "old:secret"}) {
                Form tried = form;
                tried.emplace_back("password", wrong);
                const auto page = browser.post(target, tried);
                CPPUNIT_ASSERT_MESSAGE(target + wrong, page.status == 200 && holds(page, "That is not your password"));
            }
        }
        for (const char* wrong : {"Secret", "secre", "secret "}) CPPUNIT_ASSERT(holds(browser.post(kPassword, change(wrong, "strong")), "current password is not right"));
        CPPUNIT_ASSERT_EQUAL(std::string("new:secret"), world_->store().reading()->passwords().active(user)->hash);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM queue_jobs"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, live(user));
        CPPUNIT_ASSERT_EQUAL(std::string("1|0|0"), world_->sql("SELECT (SELECT count(*) FROM user_emails) || '|' || (SELECT count(*) FROM personal_sessions) || '|' || (SELECT count(*) FROM user_email_authentications)"));
    }
    void attack8_stopsGuessesAtTheLimit() {
        if (!world_) return;
        Browser browser(*world_);
        alice(browser);
        grown();
        browser.get(kEmails);
        for (const auto bucket : {RateLimiter::Bucket::loginPerIp, RateLimiter::Bucket::loginPerAccount}) {
            browser.limiter.full = {bucket};
            const int before = browser.hasher.verified;
            for (const auto& page : {browser.post(kEmails, {{"email", "new@example.com"}, {"password", "secret"}}), browser.post(kPassword, change("secret", "strong")),
                                     browser.post(kDeactivate, {{"username", "alice"}, {"password", "secret"}})}) {
                CPPUNIT_ASSERT(page.status == 200 && holds(page, "Too many attempts"));
            }
            CPPUNIT_ASSERT_EQUAL(before, browser.hasher.verified);
        }
    }
    void doesNotAskAgainForAWhile() {
        if (!world_) return;
        Browser browser(*world_);
        alice(browser);
        CPPUNIT_ASSERT(!holds(browser.get(kEmails), "name=\"password\""));
        grown();
        CPPUNIT_ASSERT(holds(browser.get(kEmails), "name=\"password\""));
        CPPUNIT_ASSERT_EQUAL(303, browser.post(kEmails, {{"email", "new@example.com"}, {"password", "secret"}}).status);
        CPPUNIT_ASSERT(!holds(browser.get(kEmails), "name=\"password\""));
        CPPUNIT_ASSERT(holds(browser.get(kDeactivate), "name=\"password\""));
    }
    void sendsWhoHasNoPasswordToLogInAgain() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        world_->sql("UPDATE user_session_authentications SET user_password_id = NULL; DELETE FROM user_passwords");
        CPPUNIT_ASSERT_EQUAL(303, browser.post(kEmails, {{"email", "new@example.com"}}).status);
        grown();
        for (const char* target : {kEmails, kTokens, kDeactivate}) {
            const auto page = browser.get(target);
            CPPUNIT_ASSERT_MESSAGE(target, holds(page, "Sign in again") && !holds(page, "name=\"password\""));
        }
        CPPUNIT_ASSERT(holds(browser.post(kDeactivate, {{"username", "alice"}}), "Sign in again"));
        CPPUNIT_ASSERT(holds(browser.post(kTokens, token()), "Sign in again"));
        CPPUNIT_ASSERT(holds(browser.get(kPassword), "no password that could be changed") && browser.post(kPassword, change("secret", "x")).status == 403);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, live(user));
    }
    void addsAnAddressWithItsCode() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const std::string page = browser.header("Location", browser.post(kEmails, {{"email", " New@Example.com "}}));
        CPPUNIT_ASSERT(page.starts_with("/account/emails/") && page.ends_with("/verify"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), jobs("send-email-authentication-code"));
        CPPUNIT_ASSERT(holds(browser.get(page), "New@Example.com"));
        CPPUNIT_ASSERT(holds(browser.post(page, {{"action", "resend"}}), "Another code is on its way"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), jobs("send-email-authentication-code"));
        CPPUNIT_ASSERT_EQUAL(std::string(kEmails) + "?done=added", browser.header("Location", browser.post(page, {{"code", code(authenticationOf(page))}})));
        CPPUNIT_ASSERT(holds(browser.get(kEmails), "New@Example.com") && world_->store().reading()->emails().allOf(user).size() == 1);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), jobs("provision-user"));
        // The back button.
        CPPUNIT_ASSERT_EQUAL(std::string(kEmails) + "?done=not_found", browser.header("Location", browser.post(page, {{"code", "123456"}})));
        CPPUNIT_ASSERT(holds(browser.post(kEmails, {{"email", "new@example.COM"}}), "You have this address already"));
        for (const char* odd : {"", "x", "a@b@c", "a b@example.com", "a@example.com\r\nBcc: b@example.com"}) CPPUNIT_ASSERT_MESSAGE(odd, holds(browser.post(kEmails, {{"email", odd}}), "not an e-mail address"));
    }
    void saysInThePersonsLanguageWhatThePolicyRefuses() {
        if (!world_) return;
        Browser browser(*world_);
        alice(browser);
        browser.language = "de";
        browser.policy.decision.violations = {{.message = "the policy's own words", .code = "email-banned", .field = {}, .redirectUri = false, .needToRemove = {}}};
        const auto address = browser.post(kEmails, {{"email", "new@example.com"}});
        CPPUNIT_ASSERT(holds(address, "Diese Adresse ist hier nicht erlaubt") && !holds(address, "own words"));
        browser.policy.personalDays = 1;
        const auto made = browser.post(kTokens, token());
        CPPUNIT_ASSERT(holds(made, "So lange darf ein Token nicht gelten") && !holds(made, "own words"));
    }
    void refusesWrongOldAndForeignCodes() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const std::string page = browser.header("Location", browser.post(kEmails, {{"email", "new@example.com"}}));
        const Ulid authentication = authenticationOf(page);
        CPPUNIT_ASSERT(holds(browser.post(page, {{"code", "123456"}}), "This code is not right"));
        code(authentication, Duration::seconds(-1));
        CPPUNIT_ASSERT(holds(browser.post(page, {{"code", "123456"}}), "too old"));
        browser.limiter.full = {RateLimiter::Bucket::attemptsPerSession, RateLimiter::Bucket::emailsPerSession};
        CPPUNIT_ASSERT(holds(browser.post(page, {{"code", "123456"}}), "Too many attempts") && holds(browser.post(page, {{"action", "resend"}}), "Too many attempts"));
        browser.limiter.full.clear();
        Browser other(*world_);
        other.person("mallory");
        other.get("/login");
        other.logIn("mallory");
        other.get(kEmails);
        CPPUNIT_ASSERT_EQUAL(std::string(kEmails) + "?done=not_found", other.header("Location", other.get(page)));
        CPPUNIT_ASSERT_EQUAL(std::string(kEmails) + "?done=not_found", other.header("Location", other.post(page, {{"code", "123456"}})));
        CPPUNIT_ASSERT(world_->store().reading()->emails().allOf(user).empty());
    }
    void tellsOfATakenAddressOnlyWhoReadsItsMail() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        email(world_->user("bob"), "Bob@example.com");
        const std::string page = browser.header("Location", browser.post(kEmails, {{"email", "bob@example.com"}}));
        CPPUNIT_ASSERT_EQUAL(std::string(kEmails) + "?done=taken", browser.header("Location", browser.post(page, {{"code", code(authenticationOf(page))}})));
        CPPUNIT_ASSERT(world_->store().reading()->emails().allOf(user).empty());
        CPPUNIT_ASSERT_EQUAL(std::string("0"), jobs("provision-user"));
    }
    void attack7_answersAlikeForAddressesOfOthers() {
        if (!world_) return;
        Browser browser(*world_);
        alice(browser);
        email(world_->user("bob"), "bob@example.com");
        std::set<std::uint64_t> roundTrips;
        for (const char* address : {"bob@example.com", "nobody@example.com"}) {
            http::Response answer;
            roundTrips.insert(test::statementsOf([&] { answer = browser.post(kEmails, {{"email", address}}); }));
            CPPUNIT_ASSERT(answer.status == 303 && browser.header("Location", answer).ends_with("/verify"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, roundTrips.size());
        for (const auto bucket : {RateLimiter::Bucket::emailPerIp, RateLimiter::Bucket::emailPerAddress}) {
            browser.limiter.full = {bucket};
            for (const char* address : {"bob@example.com", "nobody@example.com"}) CPPUNIT_ASSERT(holds(browser.post(kEmails, {{"email", address}}), "Too many mails"));
        }
    }
    void removesAnAddress() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const std::string page = std::string(kEmails) + "/" + email(user, "alice@example.com").text() + "/remove";
        CPPUNIT_ASSERT(holds(browser.get(page), "alice@example.com"));
        CPPUNIT_ASSERT_EQUAL(std::string(kEmails) + "?done=removed", browser.header("Location", browser.post(page, {})));
        CPPUNIT_ASSERT_EQUAL(std::string(kEmails) + "?done=not_found", browser.header("Location", browser.post(page, {})));
        CPPUNIT_ASSERT(world_->store().reading()->emails().allOf(user).empty());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), jobs("provision-user"));
    }
    void showsAndSetsTheDisplayName() {
        if (!world_) return;
        Browser browser(*world_);
        test::FakeHomeserver homeserver;
        browser.homeserver = &homeserver;
        alice(browser);
        CPPUNIT_ASSERT_EQUAL(200, browser.get("/account/profile").status);
        CPPUNIT_ASSERT_EQUAL(std::string("/account/profile?done=saved"), browser.header("Location", browser.post("/account/profile", {{"display_name", " Alice A. "}})));
        browser.post("/account/profile", {{"display_name", ""}});
        CPPUNIT_ASSERT(holds(browser.post("/account/profile", {{"display_name", std::string(257, 'x')}}), "at most 256"));
        CPPUNIT_ASSERT((homeserver.calls == std::vector<std::string>{"name alice Alice A.", "name alice"}));
    }
    void saysThatTheHomeserverIsAway() {
        if (!world_) return;
        Browser browser(*world_);
        test::FakeHomeserver homeserver;
        browser.homeserver = &homeserver;
        alice(browser);
        browser.get("/account/profile");
        homeserver.before = [] { throw HomeserverError("it does not answer", HomeserverError::Reason::unreachable); };
        const auto page = browser.post("/account/profile", {{"display_name", "Alice"}});
        CPPUNIT_ASSERT(page.status == 503 && holds(page, "did not answer") && holds(page, "value=\"Alice\""));
    }
    void choosesALanguage() {
        if (!world_) return;
        Browser browser(*world_);
        alice(browser);
        browser.language = "fr";
        CPPUNIT_ASSERT(holds(browser.get("/account/language"), "lang=\"fr\""));
        CPPUNIT_ASSERT_EQUAL(303, browser.post("/account/language", {{"language", "de"}}).status);
        CPPUNIT_ASSERT(holds(browser.get("/account/"), "Dein Konto"));
        CPPUNIT_ASSERT(holds(browser.get("/account/nothing"), "lang=\"de\""));
        for (const char* odd : {"", "xx", "../en", "<b>"}) CPPUNIT_ASSERT_EQUAL(400, browser.post("/account/language", {{"language", odd}}).status);
    }
    void attack24_deletesTheAccountAtOnce() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        email(user, "alice@example.com");
        const OAuthSession session = world_->session(user);
        world_->access(session.id, "mat_a");
        world_->refresh(session.id, std::nullopt, "mar_a");
        browser.get(kDeactivate);
        CPPUNIT_ASSERT(holds(browser.post(kDeactivate, {{"username", "Alice"}, {"password", "secret"}}), "not your username"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, live(user));
        const auto done = browser.post(kDeactivate, {{"username", "alice"}, {"password", "secret"}, {"erase", "on"}});
        CPPUNIT_ASSERT(done.status == 200 && holds(done, "Your account was deleted"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, live(user));
        const auto work = world_->store().reading();
        CPPUNIT_ASSERT(work->users().find(user)->deactivatedAt && work->emails().allOf(user).empty());
        CPPUNIT_ASSERT(!work->tokens().findAccess("mat_a")->usableAt(currentTime()) && !work->tokens().findRefresh("mar_a")->usable());
        CPPUNIT_ASSERT_EQUAL("{\"user_id\": \"" + user.text() + "\", \"hs_erase\": true}", world_->sql("SELECT payload FROM queue_jobs WHERE queue_name = 'deactivate-user'"));
        CPPUNIT_ASSERT(browser.header("Location", browser.get("/account/")).starts_with("/login"));
        browser.get("/login");
        CPPUNIT_ASSERT(holds(browser.logIn(), "This account was deleted"));
    }
    void makesATokenThatIsShownOnce() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const auto page = browser.post(kTokens, token());
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        const std::size_t at = page.body.find("mpt_");
        CPPUNIT_ASSERT(at != std::string::npos && browser.header("Cache-Control", page) == "no-store");
        const std::string text = page.body.substr(at, 41);
        const auto found = world_->store().reading()->personalSessions().findAccess(text).value();
        CPPUNIT_ASSERT(found.actor.id == user && found.session.ownerUserId == user && found.session.scope == Scope({std::string(kScopeApiStable)}));
        CPPUNIT_ASSERT(found.token.expiresAt == found.token.createdAt + Duration::seconds(7 * 86'400) && found.usableAt(currentTime()));
        const auto list = browser.get(kTokens);
        CPPUNIT_ASSERT(holds(list, "Backup &lt;script&gt;") && !holds(list, "mpt_") && !holds(list, "<script>"));
        const std::string session = "/account/sessions/personal/" + found.session.id.text();
        CPPUNIT_ASSERT(holds(list, session));
        browser.get(session);
        browser.post(session, {{"action", "end"}});
        CPPUNIT_ASSERT(!world_->store().reading()->personalSessions().findAccess(text)->usableAt(currentTime()));
        CPPUNIT_ASSERT(holds(browser.get(kTokens), "You have none"));
    }
    void attack28_givesTokensWhatThePolicyAllowsOnly() {
        if (!world_) return;
        Browser browser(*world_);
        alice(browser);
        CPPUNIT_ASSERT(!holds(browser.get(kTokens), "urn:mas:admin"));
        CPPUNIT_ASSERT(holds(browser.post(kTokens, token("urn:mas:admin")), "not &lt;this&gt;"));
        CPPUNIT_ASSERT(holds(browser.post(kTokens, token("urn:example:anything")), "at least one permission"));
        for (const char* days : {"", "2", "-1", "99999999999999999999"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(days, 400, browser.post(kTokens, {{"name", "x"}, {"scope", std::string(kScopeApiStable)}, {"days", days}}).status);
        CPPUNIT_ASSERT(holds(browser.post(kTokens, {{"name", ""}, {"scope", std::string(kScopeApiStable)}, {"days", "7"}}), "at most 100 characters"));
        browser.policy.personalScopes.clear();
        CPPUNIT_ASSERT(holds(browser.get(kTokens), "does not permit it") && holds(browser.post(kTokens, token()), "does not permit it"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM personal_sessions"));
    }
    void endsAllOfAnApplication() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        OAuthSession first = world_->session(user);
        world_->access(first.id, "mat_a");
        const OAuthSession other = world_->session(user);
        const Ulid client = first.clientId;
        first.id = world_->id();
        world_->commit([&](UnitOfWork& work) { work.oauthSessions().add(first); });
        CPPUNIT_ASSERT(holds(browser.get("/account/applications"), client.text()));
        CPPUNIT_ASSERT_EQUAL(std::string("/account/applications?done=ended"), browser.header("Location", browser.post("/account/applications", {{"client", client.text()}})));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, live(user));
        CPPUNIT_ASSERT(!world_->store().reading()->tokens().findAccess("mat_a")->usableAt(currentTime()) && world_->store().reading()->oauthSessions().find(other.id)->active());
        CPPUNIT_ASSERT_EQUAL(std::string("/account/applications?done=nothing"), browser.header("Location", browser.post("/account/applications", {{"client", client.text()}})));
        CPPUNIT_ASSERT_EQUAL(400, browser.post("/account/applications", {{"client", "x"}}).status);
    }
    void doesWhatTheConfigurationAllowsOnly() {
        if (!world_) return;
        Browser browser(*world_);
        test::FakeHomeserver homeserver;
        browser.homeserver = &homeserver;
        const Ulid user = alice(browser);
        const Ulid address = email(user, "alice@example.com");
        browser.settings.account = {false, false, false, false};
        CPPUNIT_ASSERT(!holds(browser.get("/account/"), kDeactivate));
        const std::vector<std::pair<std::string, Form>> actions = {
            {kEmails, {{"email", "new@example.com"}}}, {std::string(kEmails) + "/" + address.text() + "/remove", {}}, {kPassword, change("secret", "strong")},
            {"/account/profile", {{"display_name", "x"}}}, {kDeactivate, {{"username", "alice"}, {"password", "secret"}}}};
        for (const auto& [target, form] : actions) CPPUNIT_ASSERT_EQUAL_MESSAGE(target, 403, browser.post(target, form).status);
        for (const char* target : {kEmails, kPassword, "/account/profile", kDeactivate}) CPPUNIT_ASSERT_EQUAL_MESSAGE(target, 200, browser.get(target).status);
        CPPUNIT_ASSERT(homeserver.calls.empty() && world_->store().reading()->emails().allOf(user).size() == 1 && live(user) == 1);
    }
    void leadsPasswordManagersToTheForm() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        CPPUNIT_ASSERT_EQUAL(std::string(kPassword), browser.header("Location", browser.get("/.well-known/change-password")));
        CPPUNIT_ASSERT_EQUAL(std::string("/login?kind=change_password"), browser.header("Location", browser.get(kPassword)));
        browser.get("/login");
        CPPUNIT_ASSERT_EQUAL(std::string(kPassword), browser.header("Location", browser.logIn("alice", "?kind=change_password")));
    }
    void attack19_showsNamesAsTheyAre() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        world_->session(user);
        email(user, "\"<b>x</b>\"@example.com");
        world_->sql("UPDATE oauth2_clients SET client_name = '<b>evil</b>', client_uri = 'javascript:alert(1)'");
        for (const char* target : {"/account/applications", kEmails}) {
            const auto page = browser.get(target);
            CPPUNIT_ASSERT(!holds(page, "<b>") && holds(page, "&lt;b&gt;") && !holds(page, "javascript:"));
        }
        CPPUNIT_ASSERT(!holds(browser.post(kEmails, {{"email", "\"><script>alert(1)</script>"}}), "<script>"));
    }
    void attack20_needsTheBrowsersToken() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const Ulid address = email(user, "alice@example.com");
        const std::vector<std::pair<std::string, Form>> actions = {
            {kEmails, {{"email", "new@example.com"}}}, {std::string(kEmails) + "/" + address.text() + "/remove", {}}, {kPassword, change("secret", "strong")}, {kTokens, token()},
            {"/account/profile", {{"display_name", "x"}}}, {"/account/language", {{"language", "de"}}}, {"/account/applications", {{"client", world_->client().text()}}},
            {kDeactivate, {{"username", "alice"}, {"password", "secret"}}}};
        for (const auto& [target, form] : actions) CPPUNIT_ASSERT_EQUAL_MESSAGE(target, 400, browser.postWithoutToken(target, form).status);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM queue_jobs"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, live(user));
    }
    void attack23_touchesNobodyElsesAddresses() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid victim = world_->user("victim");
        const Ulid address = email(victim, "victim@example.com");
        alice(browser);
        const std::string page = std::string(kEmails) + "/" + address.text() + "/remove";
        const auto shown = browser.get(page);
        CPPUNIT_ASSERT_EQUAL(std::string(kEmails) + "?done=not_found", browser.header("Location", shown));
        CPPUNIT_ASSERT_EQUAL(std::string(kEmails) + "?done=not_found", browser.header("Location", browser.post(page, {})));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, world_->store().reading()->emails().allOf(victim).size());
        CPPUNIT_ASSERT_EQUAL(400, browser.get(std::string(kEmails) + "/x/remove").status);
    }
    // Whoever looks at links ahead, with all that a form would send behind them.
    void attack36_changesNothingByGet() {
        if (!world_) return;
        test::FakeHomeserver homeserver;
        Browser browser(*world_);
        browser.homeserver = &homeserver;
        const Ulid user = alice(browser);
        const Ulid address = email(user, "alice@example.com");
        const OAuthSession session = world_->session(user);
        const std::string adding = browser.header("Location", browser.post(kEmails, {{"email", "new@example.com"}}));
        code(authenticationOf(adding));
        const std::string csrf = "&csrf=" + browser.token(), jobs = world_->sql("SELECT count(*) FROM queue_jobs");
        for (const std::string& each : {adding + "?code=123456", std::string(kEmails) + "?email=other@example.com", std::string(kEmails) + "/" + address.text() + "/remove?password=secret",
                                        std::string(kPassword) + "?current_password=secret&new_password=strong&new_password_again=strong", std::string(kTokens) + "?name=x&days=7&scope=" + std::string(kScopeApiStable),
                                        std::string("/account/profile?display_name=x"), "/account/applications?client=" + session.clientId.text(), std::string(kDeactivate) + "?username=alice&password=secret&erase=on"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each, 200, browser.get(each + csrf).status);
        }
        const auto work = world_->store().reading();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, live(user));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, work->emails().allOf(user).size());
        CPPUNIT_ASSERT_EQUAL(std::string("new:secret"), work->passwords().active(user)->hash);
        CPPUNIT_ASSERT_EQUAL(jobs, world_->sql("SELECT count(*) FROM queue_jobs"));
        CPPUNIT_ASSERT(homeserver.calls.empty());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ManagementAccountTest);

}  // namespace latchkey::account
