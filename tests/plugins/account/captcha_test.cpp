// SPDX-License-Identifier: Apache-2.0
#include "domain/outgoing_http.h"
#include "domain/crypto/encrypter.h"
#include "plugins/captcha-pow/proof_of_work_step.h"
#include "tests/plugins/account/registering.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

namespace {

class FakeProvider final : public OutgoingHttp {
public:
    OutgoingResponse send(const OutgoingRequest& request) override {
        asked.push_back(request);
        if (away) throw OutgoingHttpError("it does not answer");
        return {status, {}, answer};
    }
    std::vector<OutgoingRequest> asked;
    std::string answer = R"({"success": true, "hostname": "auth.example.com", "challenge_ts": "2026-01-31T09:30:00Z"})";
    int status = 200;
    bool away = false;
};

}  // namespace

class CaptchaTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CaptchaTest);
    CPPUNIT_TEST(asksTheProvider);
    CPPUNIT_TEST(takesNothingButAYesForThisSite);
    CPPUNIT_TEST(attack8_needsExactlyOneAnswer);
    CPPUNIT_TEST(saysThatTheProviderIsAway);
    CPPUNIT_TEST(asksTheProviderOnlyAboutFormsThatAreRightOtherwise);
    CPPUNIT_TEST(attack20_letsTheProvidersScriptInOnThisPageOnly);
    CPPUNIT_TEST(makesBrowsersWorkBeforeAnythingIsMailed);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    FakeProvider provider_;

    void configure(Browser& browser, const std::string& service) {
        browser.outgoing = &provider_;
        browser.settings.captcha = {.service = service, .siteKey = "the-site-key", .secretKey = config::Secret("the secret")};
    }
    static FormFields with(const std::string& field, const std::string& value) {
        FormFields fields = Registering::filledIn();
        fields.emplace_back(field, value);
        return fields;
    }

public:
    void asksTheProvider() {
        if (!world_) return;
        const std::pair<const char*, std::pair<const char*, const char*>> rows[] = {
            {"recaptcha_v2", {"g-recaptcha-response", "https://www.recaptcha.net/recaptcha/api/siteverify"}},
            {"cloudflare_turnstile", {"cf-turnstile-response", "https://challenges.cloudflare.com/turnstile/v0/siteverify"}},
            {"hcaptcha", {"h-captcha-response", "https://api.hcaptcha.com/siteverify"}}};
        for (const auto& [service, expected] : rows) {
            Registering browser(*world_);
            configure(browser, service);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(service, 303, browser.begin(with(expected.first, "a&b")).status);
            CPPUNIT_ASSERT_EQUAL(std::string(expected.second), provider_.asked.back().url);
            CPPUNIT_ASSERT_EQUAL(std::string("secret=the%20secret&response=a%26b&remoteip=192.0.2.7"), provider_.asked.back().body);
        }
    }
    void takesNothingButAYesForThisSite() {
        if (!world_) return;
        Registering browser(*world_);
        configure(browser, "hcaptcha");
        for (const char* answer : {R"({"success": false, "hostname": "auth.example.com", "challenge_ts": "x"})", R"({"success": true, "hostname": "evil.example", "challenge_ts": "x"})",
                                   R"({"success": true, "hostname": "auth.example.com"})", R"({"success": "true"})", "{}"}) {
            provider_.answer = answer;
            const auto response = browser.begin(with("h-captcha-response", "x"));
            CPPUNIT_ASSERT_MESSAGE(answer, response.status == 200 && holds(response, "Solve the captcha") && holds(response, "value=\"alice\""));
        }
    }
    void attack8_needsExactlyOneAnswer() {
        if (!world_) return;
        Registering browser(*world_);
        configure(browser, "hcaptcha");
        FormFields twice = with("h-captcha-response", "x");
        twice.emplace_back("h-captcha-response", "x");
        FormFields both = with("h-captcha-response", "x");
        both.emplace_back("g-recaptcha-response", "x");
        for (const auto& fields : {Registering::filledIn(), with("h-captcha-response", ""), with("g-recaptcha-response", "x"), twice, both}) CPPUNIT_ASSERT(holds(browser.begin(fields), "Solve the captcha"));
        CPPUNIT_ASSERT(provider_.asked.empty());
        Registering none(*world_);
        CPPUNIT_ASSERT(holds(none.begin(with("h-captcha-response", "x")), "Solve the captcha"));
    }
    void saysThatTheProviderIsAway() {
        if (!world_) return;
        Registering browser(*world_);
        configure(browser, "hcaptcha");
        const auto requireUnknown = [&] {
            const auto response = browser.begin(with("h-captcha-response", "x"));
            CPPUNIT_ASSERT(response.status == 503 && holds(response, "cannot check") && !holds(response, "the secret"));
        };
        provider_.answer = "no JSON";
        requireUnknown();
        provider_.status = 500;
        requireUnknown();
        provider_.away = true;
        requireUnknown();
    }
    void asksTheProviderOnlyAboutFormsThatAreRightOtherwise() {
        if (!world_) return;
        Registering browser(*world_);
        configure(browser, "hcaptcha");
        browser.begin({{"username", ""}, {"h-captcha-response", "x"}});
        CPPUNIT_ASSERT(provider_.asked.empty());
    }
    void attack20_letsTheProvidersScriptInOnThisPageOnly() {
        if (!world_) return;
        Registering browser(*world_);
        configure(browser, "cloudflare_turnstile");
        const auto page = browser.get("/register/password");
        CPPUNIT_ASSERT(holds(page, "class=\"captcha cf-turnstile\" data-sitekey=\"the-site-key\"") && holds(page, "src=\"https://challenges.cloudflare.com/turnstile/v0/api.js\"") && !holds(page, "the secret"));
        CPPUNIT_ASSERT_EQUAL(std::string("default-src 'none'; connect-src 'self'; form-action 'self'; frame-src https://challenges.cloudflare.com; img-src 'self' data:; "
                                         "script-src 'self' https://challenges.cloudflare.com; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
                             browser.header("Content-Security-Policy", page));
        browser.begin(with("cf-turnstile-response", "x"));
        for (const std::string& each : {std::string("/login"), browser.step("display-name")}) {
            CPPUNIT_ASSERT_MESSAGE(each, browser.header("Content-Security-Policy", browser.get(each)).find("cloudflare") == std::string::npos);
        }
    }
    // With the step of the plugin captcha-pow, as a plugin offers it.
    void makesBrowsersWorkBeforeAnythingIsMailed() {
        if (!world_) return;
        const Encrypter encrypter("9f3ab1c44de05577a1b2c3d4e5f60718293a4b5c6d7e8f900112233445566778");
        pow::ProofOfWorkStep step(encrypter, {.enabled = true, .difficulty = 4});
        Registering browser(*world_);
        browser.takeUp(step);
        browser.beginWithEmail();
        CPPUNIT_ASSERT_EQUAL(browser.step("proof-of-work"), browser.next());
        const auto page = browser.get(browser.step("proof-of-work"));
        CPPUNIT_ASSERT(holds(page, "<noscript>") && browser.header("Content-Security-Policy", page).find("script-src 'self'") != std::string::npos);
        const std::size_t at = page.body.find("name=\"challenge\" value=\"") + 24;
        const std::string challenge = page.body.substr(at, page.body.find('"', at) - at);
        CPPUNIT_ASSERT(holds(browser.take("proof-of-work", {{"challenge", challenge}, {"number", ""}}), "has not solved the task"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM queue_jobs"));
        int number = 0;
        while (browser.take("proof-of-work", {{"challenge", challenge}, {"number", std::to_string(number)}}).status != 303) CPPUNIT_ASSERT(++number < 1000);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'send-email-authentication-code'"));
        CPPUNIT_ASSERT_EQUAL(browser.step("verify-email"), browser.next());
        browser.get(browser.step("verify-email"));
        CPPUNIT_ASSERT_EQUAL(browser.step("finish"), browser.header("Location", browser.post(browser.step("proof-of-work"), {{"challenge", challenge}, {"number", std::to_string(number)}})));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM queue_jobs"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CaptchaTest);

}  // namespace latchkey::account
