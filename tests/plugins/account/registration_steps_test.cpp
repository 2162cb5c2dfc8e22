// SPDX-License-Identifier: Apache-2.0
#include "domain/user/registration_token.h"
#include "domain/user/user_email.h"
#include "domain/user/user_repository.h"
#include "tests/plugins/account/registering.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

/// The steps between the form and the account.
class RegistrationStepsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegistrationStepsTest);
    CPPUNIT_TEST(provesTheAddress);
    CPPUNIT_TEST(refusesWrongAndOldCodes);
    CPPUNIT_TEST(sendsAnotherCode);
    CPPUNIT_TEST(tellsWhoProvedAnAddressThatItIsInUse);
    CPPUNIT_TEST(asksForATokenBeforeAnythingIsMailed);
    CPPUNIT_TEST(asksForAnotherTokenWhereOneWasUsedUp);
    CPPUNIT_TEST(takesADisplayName);
    CPPUNIT_TEST(keepsTheOrder);
    CPPUNIT_TEST(attack8_limitsGuessesAtCodesAndTokens);
    CPPUNIT_TEST(attack21_mailsInThePersonsLanguage);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    std::string mails() const { return world_->sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'send-email-authentication-code'"); }
    void invite(const std::string& token, std::optional<int> limit = {}) {
        world_->commit([&](UnitOfWork& work) { work.registrationTokens().add({world_->id(), token, limit, world_->now, std::nullopt}); });
    }

public:
    void provesTheAddress() {
        if (!world_) return;
        Registering browser(*world_);
        CPPUNIT_ASSERT_EQUAL(303, browser.beginWithEmail("Alice@example.org").status);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), mails());
        CPPUNIT_ASSERT_EQUAL(std::string("t"), world_->sql("SELECT EXISTS (SELECT FROM user_email_authentications JOIN user_registrations USING (user_registration_id))"));
        CPPUNIT_ASSERT_EQUAL(browser.step("verify-email"), browser.next());
        CPPUNIT_ASSERT(holds(browser.get(browser.step("verify-email")), "Alice@example.org"));
        browser.mail("012345");
        CPPUNIT_ASSERT_EQUAL(303, browser.take("verify-email", {{"code", " 012 345 "}}).status);
        CPPUNIT_ASSERT_EQUAL(browser.step("display-name"), browser.next());
        browser.take("display-name", {{"action", "skip"}});
        CPPUNIT_ASSERT_EQUAL(std::string("/"), browser.next());
        CPPUNIT_ASSERT_EQUAL(std::string("Alice@example.org"), world_->sql("SELECT email FROM user_emails JOIN users USING (user_id) WHERE username = 'alice'"));
    }
    void refusesWrongAndOldCodes() {
        if (!world_) return;
        Registering browser(*world_), other(*world_);
        browser.beginWithEmail();
        other.beginWithEmail("other@example.org", "other");
        browser.mail("111111", "5 min");
        other.mail("222222");
        const auto answer = [&](const std::string& code) { return browser.take("verify-email", {{"code", code}}); };
        CPPUNIT_ASSERT(holds(answer(""), "Enter the code"));
        CPPUNIT_ASSERT(holds(answer("111111"), "This code is too old"));
        for (const char* each : {"222222", "11111", "1111111", "'", "١١١١١١"}) CPPUNIT_ASSERT_MESSAGE(each, holds(answer(each), "This is not the code"));
        CPPUNIT_ASSERT_EQUAL(browser.step("verify-email"), browser.next());
        browser.mail("333333");
        CPPUNIT_ASSERT_EQUAL(303, answer("333333").status);
    }
    void sendsAnotherCode() {
        if (!world_) return;
        using Bucket = RateLimiter::Bucket;
        Registering browser(*world_);
        browser.beginWithEmail();
        CPPUNIT_ASSERT(holds(browser.take("verify-email", {{"action", "resend"}}), "Another code is on its way"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), mails());
        for (const Bucket bucket : {Bucket::emailsPerSession, Bucket::emailPerIp, Bucket::emailPerAddress}) {
            browser.limiter.full = {bucket};
            CPPUNIT_ASSERT(holds(browser.take("verify-email", {{"action", "resend"}}), "No more codes"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("2"), mails());
    }
    void tellsWhoProvedAnAddressThatItIsInUse() {
        if (!world_) return;
        Registering browser(*world_);
        const Ulid bob = world_->user("bob");
        world_->commit([&](UnitOfWork& work) { work.emails().add({world_->id(), bob, "bob@example.org", world_->now}); });
        browser.beginWithEmail("BOB@example.org");
        browser.mail("123456");
        browser.take("verify-email", {{"code", "123456"}});
        browser.take("display-name", {{"action", "skip"}});
        const auto page = browser.get(browser.step("finish"));
        CPPUNIT_ASSERT(page.status == 200 && holds(page, "BOB@example.org belongs to an account here"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM users"));
    }
    void asksForATokenBeforeAnythingIsMailed() {
        if (!world_) return;
        Registering browser(*world_);
        browser.settings.registration.tokenRequired = true;
        invite("welcome", 1);
        world_->sql("INSERT INTO user_registration_tokens (user_registration_token_id, token, created_at, revoked_at) VALUES (gen_random_uuid(), 'revoked', now(), now())");
        browser.beginWithEmail();
        CPPUNIT_ASSERT_EQUAL(browser.step("token"), browser.next());
        CPPUNIT_ASSERT_EQUAL(std::string("0"), mails());
        CPPUNIT_ASSERT(holds(browser.take("token", {}), "Enter the token"));
        for (const char* each : {"wrong", "Welcome", "revoked"}) CPPUNIT_ASSERT_MESSAGE(each, holds(browser.take("token", {{"token", each}}), "This token is not known"));
        CPPUNIT_ASSERT_EQUAL(303, browser.take("token", {{"token", " welcome "}}).status);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), mails());
        CPPUNIT_ASSERT_EQUAL(browser.step("verify-email"), browser.next());
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT times_used FROM user_registration_tokens WHERE token = 'welcome'"));
        browser.mail("123456");
        browser.take("verify-email", {{"code", "123456"}});
        browser.take("display-name", {{"action", "skip"}});
        browser.next();
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT times_used FROM user_registration_tokens WHERE token = 'welcome'"));
    }
    void asksForAnotherTokenWhereOneWasUsedUp() {
        if (!world_) return;
        Registering browser(*world_);
        browser.settings.registration.tokenRequired = true;
        invite("once", 1);
        invite("more");
        browser.begin();
        browser.take("token", {{"token", "once"}});
        browser.take("display-name", {{"action", "skip"}});
        world_->sql("UPDATE user_registration_tokens SET times_used = 1 WHERE token = 'once'");
        CPPUNIT_ASSERT_EQUAL(browser.step("token"), browser.next());
        CPPUNIT_ASSERT(holds(browser.get(browser.step("token")), "used up or withdrawn in the meantime"));
        browser.take("token", {{"token", "more"}});
        CPPUNIT_ASSERT_EQUAL(std::string("/"), browser.next());
    }
    void takesADisplayName() {
        if (!world_) return;
        Registering browser(*world_);
        browser.begin();
        const auto answer = [&](const std::string& name) { return browser.take("display-name", {{"action", "set"}, {"display_name", name}}); };
        CPPUNIT_ASSERT(holds(answer("  "), "Enter a name"));
        for (const std::string& bad : {std::string(256, 'x'), std::string("a\nb"), std::string("a\x1b[2Jb")}) CPPUNIT_ASSERT(holds(answer(bad), "too long, or contains"));
        CPPUNIT_ASSERT_EQUAL(303, answer("  <b>Älice</b> ").status);
        CPPUNIT_ASSERT_EQUAL(std::string("/"), browser.next());
        CPPUNIT_ASSERT_EQUAL(std::string("<b>Älice</b>"), world_->sql("SELECT payload->>'set_display_name' FROM queue_jobs"));
    }
    void keepsTheOrder() {
        if (!world_) return;
        Registering browser(*world_);
        browser.beginWithEmail();
        CPPUNIT_ASSERT_EQUAL(browser.step("finish"), browser.header("Location", browser.get(browser.step("display-name"))));
        browser.get(browser.step("verify-email"));
        browser.post(browser.step("display-name"), {{"action", "skip"}});
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM user_registrations WHERE display_name IS NOT NULL"));
        CPPUNIT_ASSERT_EQUAL(404, browser.get(browser.step("no-such-step")).status);
        CPPUNIT_ASSERT_EQUAL(browser.step("finish"), browser.header("Location", browser.get(browser.step("token"))));
    }
    void attack8_limitsGuessesAtCodesAndTokens() {
        if (!world_) return;
        Registering browser(*world_);
        browser.settings.registration.tokenRequired = true;
        invite("welcome");
        browser.beginWithEmail();
        browser.limiter.full = {RateLimiter::Bucket::registrationTokenPerIp};
        CPPUNIT_ASSERT(holds(browser.take("token", {{"token", "welcome"}}), "Too many attempts"));
        browser.limiter.full = {RateLimiter::Bucket::attemptsPerSession};
        browser.take("token", {{"token", "welcome"}});
        browser.mail("123456");
        CPPUNIT_ASSERT(holds(browser.take("verify-email", {{"code", "123456"}}), "Too many attempts"));
        CPPUNIT_ASSERT_EQUAL(browser.step("verify-email"), browser.next());
        const std::string authentication = world_->sql("SELECT user_email_authentication_id FROM user_email_authentications");
        CPPUNIT_ASSERT_EQUAL(authentication, Ulid::parse(browser.limiter.taken.back().second)->uuid());
    }
    void attack21_mailsInThePersonsLanguage() {
        if (!world_) return;
        Registering browser(*world_);
        browser.language = "de-CH, \"}]";
        browser.beginWithEmail();
        CPPUNIT_ASSERT_EQUAL(std::string("de"), world_->sql("SELECT payload->>'language' FROM queue_jobs"));
        const std::string id = world_->sql("SELECT payload->>'user_email_authentication_id' FROM queue_jobs");
        CPPUNIT_ASSERT_EQUAL(Ulid::parse(id)->uuid(), world_->sql("SELECT user_email_authentication_id FROM user_email_authentications"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationStepsTest);

}  // namespace latchkey::account
