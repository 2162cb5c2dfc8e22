// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/authorization_request.h"
#include "domain/user/browser_session.h"
#include "tests/plugins/account/browser.h"
#include "tests/support/fake_homeserver.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

class ConsentTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConsentTest);
    CPPUNIT_TEST(deniesWithAnAnswerToTheClient);
    CPPUNIT_TEST(refusesWhatIsGoneOrDecided);
    CPPUNIT_TEST(showsWhatThePolicyForbids);
    CPPUNIT_TEST(remembersWhenThePolicySaysSo);
    CPPUNIT_TEST(grantsNoMoreThanWasAsked);
    CPPUNIT_TEST(keepsTheLifetimeThatThePolicySays);
    CPPUNIT_TEST(attack32_aPolicyThatThrowsGrantsNothing);
    CPPUNIT_TEST(switchesTheAccount);
    CPPUNIT_TEST(showsTheNameThatTheHomeserverHas);
    CPPUNIT_TEST(doesWithoutANameThatDoesNotCome);
    CPPUNIT_TEST(tellsWhatAClientWasGranted);
    CPPUNIT_TEST(attack19_showsClientsAsTheyAre);
    CPPUNIT_TEST(attack29_warnsOfNamesThatLookLikeOthers);
    CPPUNIT_TEST(attack20_needsTheBrowsersToken);
    CPPUNIT_TEST(attack24_refusesAPersonWhoWasLockedMeanwhile);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    // To the consent page of a new grant, logged in.
    static std::string consentOf(Browser& browser, const Client& client, const std::string& more = "") {
        const auto answer = browser.get("/authorize?response_type=code&scope=openid%20email&code_challenge_method=S256&code_challenge=" + std::string(43, 'a') + "&client_id=" + client.clientId() + more);
        return browser.header("Location", answer);
    }
    static Client begin(Browser& browser) {
        browser.person();
        browser.get("/login");
        browser.logIn();
        return browser.client();
    }

public:
    void attack29_warnsOfNamesThatLookLikeOthers() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = begin(browser);
        const auto warned = [&](const char* name, const std::string& locale, const char* words) {
            world_->sql(std::string("UPDATE oauth2_clients SET client_name = '") + name + "'");
            return holds(browser.get(consentOf(browser, client, "&ui_locales=" + locale)), words);
        };
        CPPUNIT_ASSERT(!warned("Element", "en", "Look closely") && !warned("Element", "en", "role=\"note\""));
        CPPUNIT_ASSERT(warned("\u0415lement", "en", "<div class=\"alert\" role=\"note\"><p>Look closely"));
        CPPUNIT_ASSERT(warned("\u0415lement", "de", "Sieh genau hin") && warned("\u0415lement", "fr", "Regardez bien") && warned("\u0415lement", "es", "Fíjate bien"));
        CPPUNIT_ASSERT(!warned("\u042d\u043b\u0435\u043c\u0435\u043d\u0442", "en", "Look closely"));
    }
    void deniesWithAnAnswerToTheClient() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string consent = consentOf(browser, begin(browser), "&state=S");
        browser.get(consent);
        browser.events.all.clear();
        const auto answer = browser.post(consent, {{"action", "deny"}});
        CPPUNIT_ASSERT_EQUAL(std::string("consent.denied username=alice method=authorization_code"), browser.events.list({"username", "method", "scope"}));
        CPPUNIT_ASSERT_EQUAL(std::string("access_denied"), parameterOf(answer, "error"));
        CPPUNIT_ASSERT_EQUAL(std::string("S"), parameterOf(answer, "state"));
        CPPUNIT_ASSERT_EQUAL(409, browser.post(consent, {{"action", "consent"}}).status);
    }
    void tellsWhatAClientWasGranted() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = begin(browser);
        const std::string consent = consentOf(browser, client);
        browser.get(consent);
        browser.events.all.clear();
        CPPUNIT_ASSERT_EQUAL(303, browser.post(consent, {{"action", "consent"}}).status);
        browser.post(consent, {{"action", "consent"}});
        CPPUNIT_ASSERT_EQUAL(std::string("consent.granted username=alice method=authorization_code scope=email openid"), browser.events.list({"username", "method", "scope"}));
        CPPUNIT_ASSERT(browser.events.all.at(0).clientId == client.id && browser.events.all.at(0).sessionId->uuid() == world_->sql("SELECT oauth2_session_id FROM oauth2_sessions"));
    }
    void refusesWhatIsGoneOrDecided() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string consent = consentOf(browser, begin(browser));
        browser.get(consent);
        CPPUNIT_ASSERT_EQUAL(303, browser.post(consent, {}).status);
        CPPUNIT_ASSERT_EQUAL(409, browser.get(consent).status);
        CPPUNIT_ASSERT_EQUAL(409, browser.post(consent, {}).status);
        CPPUNIT_ASSERT_EQUAL(404, browser.get("/consent/01ARZ3NDEKTSV4RRFFQ69G5FAV").status);
        CPPUNIT_ASSERT_EQUAL(400, browser.get("/consent/nothing").status);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM oauth2_sessions"));
    }
    void showsWhatThePolicyForbids() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string consent = consentOf(browser, begin(browser));
        browser.get(consent);
        browser.policy.decision.violations = {{.message = "scope <x> is forbidden", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
        for (const auto& page : {browser.get(consent), browser.post(consent, {{"action", "consent"}})}) {
            CPPUNIT_ASSERT_EQUAL(200, page.status);
            CPPUNIT_ASSERT(holds(page, "scope &lt;x&gt; is forbidden"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("access_denied"), parameterOf(browser.post(consent, {{"action", "deny"}}), "error"));
    }
    void remembersWhenThePolicySaysSo() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = begin(browser);
        browser.policy.decision.consent = GrantDecision::Consent::remember;
        const std::string first = consentOf(browser, client);
        CPPUNIT_ASSERT_EQUAL(200, browser.get(first).status);
        browser.post(first, {});
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, parameterOf(browser.get(consentOf(browser, client)), "code").size());
        CPPUNIT_ASSERT_EQUAL(200, browser.get(consentOf(browser, client, "&prompt=consent")).status);
    }
    void grantsNoMoreThanWasAsked() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = begin(browser);
        browser.policy.decision.consent = GrantDecision::Consent::skip;
        browser.policy.decision.scope = Scope({"openid"});
        browser.get(consentOf(browser, client));
        browser.policy.decision.scope = Scope({"openid", "urn:mas:admin"});  // the second was not asked for
        browser.get(consentOf(browser, client));
        CPPUNIT_ASSERT_EQUAL(std::string("openid|openid"), world_->sql("SELECT string_agg(array_to_string(scope_list, ' '), '|' ORDER BY created_at) FROM oauth2_sessions"));
    }
    void keepsTheLifetimeThatThePolicySays() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = begin(browser);
        browser.policy.decision.consent = GrantDecision::Consent::skip;
        browser.get(consentOf(browser, client));
        browser.policy.decision.accessTokenLifetime = Duration::seconds(77);
        browser.get(consentOf(browser, client));
        CPPUNIT_ASSERT_EQUAL(std::string("77"), world_->sql("SELECT string_agg(access_token_lifetime_seconds::text, ' ') FROM latchkey_oauth2_sessions"));
        const auto newest = world_->sql("SELECT oauth2_session_id FROM latchkey_oauth2_sessions");
        CPPUNIT_ASSERT_EQUAL(newest, world_->sql("SELECT oauth2_session_id FROM oauth2_sessions ORDER BY created_at DESC LIMIT 1"));
    }
    void attack32_aPolicyThatThrowsGrantsNothing() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string consent = consentOf(browser, begin(browser));
        browser.get(consent);
        browser.policy.broken = true;
        CPPUNIT_ASSERT_THROW(browser.get(consent), Error);
        CPPUNIT_ASSERT_THROW(browser.post(consent, {{"action", "consent"}}), Error);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM oauth2_sessions"));
        browser.policy.broken = false;
        CPPUNIT_ASSERT_EQUAL_MESSAGE("others live, and so does the grant", 200, browser.get(consent).status);
    }
    void switchesTheAccount() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string consent = consentOf(browser, begin(browser));
        browser.get(consent);
        const auto answer = browser.post("/logout", {{"kind", "continue_authorization_grant"}, {"id", consent.substr(9)}});
        CPPUNIT_ASSERT_EQUAL(consent, browser.header("Location", answer));
        CPPUNIT_ASSERT(browser.header("Location", browser.get(consent)).starts_with("/login?kind=continue_authorization_grant"));
    }
    void showsTheNameThatTheHomeserverHas() {
        if (!world_) return;
        Browser browser(*world_);
        test::FakeHomeserver homeserver;
        browser.homeserver = &homeserver;
        homeserver.find = [&](const HomeserverCall& call) {
            CPPUNIT_ASSERT(call.timeoutMs == 1'000 && call.cosmetic);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("a connection of the database waits with it", world_->pool().stats().open, world_->pool().stats().idle);
            return HomeserverUser{.userId = "@alice:example.com", .displayName = "Alice <b>", .avatarUrl = {}};
        };
        const auto page = browser.get(consentOf(browser, begin(browser)));
        CPPUNIT_ASSERT(holds(page, "<strong><bdi>Alice &lt;b&gt;</bdi></strong>") && holds(page, "@alice:example.com"));
    }
    void doesWithoutANameThatDoesNotCome() {
        if (!world_) return;
        Browser browser(*world_);
        test::FakeHomeserver homeserver;
        browser.homeserver = &homeserver;
        const std::string consent = consentOf(browser, begin(browser));
        const auto named = [](std::optional<std::string> name) {
            return [name](const HomeserverCall&) { return std::optional(HomeserverUser{.userId = "@alice:example.com", .displayName = name, .avatarUrl = {}}); };
        };
        const std::function<std::optional<HomeserverUser>(const HomeserverCall&)> all[] = {
            [](const HomeserverCall&) -> std::optional<HomeserverUser> { throw HomeserverError("slow", HomeserverError::Reason::unreachable); },
            [](const HomeserverCall&) { return std::nullopt; }, named(std::nullopt), named(""), named(std::string(2'000, 'x'))};
        for (const auto& find : all) {
            homeserver.find = find;
            const auto page = browser.get(consent);
            CPPUNIT_ASSERT(page.status == 200 && holds(page, "<strong>@alice:example.com</strong>"));
        }
    }
    void attack19_showsClientsAsTheyAre() {
        if (!world_) return;
        Browser browser(*world_);
        Client client = begin(browser);
        client.id = world_->id();
        client.name = "\"><script>alert(1)</script>";
        client.clientUri = client.policyUri = client.tosUri = "https://x.example/\"onmouseover=\"alert(1)";
        client.logoUri = "javascript:alert(1)";
        world_->commit([&](UnitOfWork& work) { work.clients().add(client, std::nullopt, world_->now); });
        const auto page = browser.get(consentOf(browser, client));
        CPPUNIT_ASSERT(holds(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
        for (const char* bad : {"<script", "\"onmouseover", "javascript:"}) CPPUNIT_ASSERT_MESSAGE(bad, !holds(page, bad));
        CPPUNIT_ASSERT(browser.header("Content-Security-Policy", page).find("unsafe") == std::string::npos);
    }
    void attack20_needsTheBrowsersToken() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string consent = consentOf(browser, begin(browser));
        browser.get(consent);
        for (const std::string action : {"consent", "deny"}) CPPUNIT_ASSERT_EQUAL(400, browser.postWithoutToken(consent, {{"action", action}}).status);
        CPPUNIT_ASSERT_EQUAL(200, browser.get(consent).status);
    }
    void attack24_refusesAPersonWhoWasLockedMeanwhile() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string consent = consentOf(browser, begin(browser));
        browser.get(consent);
        world_->sql("UPDATE users SET locked_at = now()");
        CPPUNIT_ASSERT(holds(browser.post(consent, {{"action", "consent"}}), "This account is locked"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM oauth2_sessions"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ConsentTest);

}  // namespace latchkey::account
