// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/authorization_request.h"
#include "tests/plugins/account/browser.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

using Parameters = std::vector<std::pair<std::string, std::string>>;

class EndSessionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EndSessionTest);
    CPPUNIT_TEST(endsTheSessionThatTheIdTokenIsOfAndGoesBack);
    CPPUNIT_TEST(asksWhereNothingProvesTheSession);
    CPPUNIT_TEST(staysIfThePersonDoesNotWantTo);
    CPPUNIT_TEST(goesBackAtOnceIfNobodyIsLoggedIn);
    CPPUNIT_TEST(takesTheRequestAsAForm);
    CPPUNIT_TEST(attack12_goesToRegisteredUrisOnly);
    CPPUNIT_TEST(attack13_letsNoFragmentBeCarriedOver);
    CPPUNIT_TEST(attack20_needsTheBrowsersToken);
    CPPUNIT_TEST(attack27_anotherClientsTokenIsNoProof);
    CPPUNIT_TEST(attack36_aLinkAloneEndsNothing);
    CPPUNIT_TEST(attack14_aTokenThatIsNotOursIsNoProof);
    CPPUNIT_TEST(endsSessionsOfExpiredTokensToo);
    CPPUNIT_TEST(refusesWhatIsContradictoryTwiceOrTooLong);
    CPPUNIT_TEST(speaksTheLanguageThatTheRequestAsksFor);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    static constexpr char kOut[] = "https://app.example.com/out?x=1";

    /// A client that logged alice in, in this browser.
    struct Story {
        Browser& browser;
        Client client;
        Ulid alice;
        std::string token;
    };
    Story begin(Browser& browser) {
        Story story{browser, browser.client(), browser.person(), {}};
        world_->commit([&](UnitOfWork& work) {
            work.clients().setRegistration(story.client.id, {"", R"({"post_logout_redirect_uris":["https://app.example.com/other","https://app.example.com/out?x=1"]})"}, world_->now);
        });
        logIn(browser);
        browser.policy.decision.consent = GrantDecision::Consent::skip;
        const std::string consent = browser.header("Location", browser.get("/authorize?" + formEncode({{"response_type", "code"}, {"client_id", story.client.clientId()},
                                    {"scope", "openid"}, {"code_challenge", std::string(43, 'a')}, {"code_challenge_method", "S256"}})));
        CPPUNIT_ASSERT_EQUAL(303, browser.get(consent).status);
        story.token = browser.idToken(story.client.clientId(), story.alice);
        return story;
    }
    static void logIn(Browser& browser, const std::string& name = "alice") {
        browser.forget();
        browser.get("/login");
        CPPUNIT_ASSERT_EQUAL(303, browser.logIn(name).status);
    }
    static std::string query(const Parameters& parameters) { return "/end-session?" + formEncode(parameters); }
    std::string live() const { return world_->sql("SELECT count(*) FROM user_sessions WHERE finished_at IS NULL"); }

public:
    void endsTheSessionThatTheIdTokenIsOfAndGoesBack() {
        if (!world_) return;
        Browser browser(*world_);
        const Story story = begin(browser);
        const auto response = browser.get(query({{"id_token_hint", story.token}, {"post_logout_redirect_uri", kOut}, {"state", "s&1"}}));
        CPPUNIT_ASSERT_EQUAL(303, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("https://app.example.com/out?x=1&state=s%261#"), browser.header("Location", response));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), live());
        CPPUNIT_ASSERT(!holds(browser.get("/"), "@alice:example.com"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("what the client got goes on", std::string("1"), world_->sql("SELECT count(*) FROM oauth2_sessions WHERE finished_at IS NULL"));
    }
    void asksWhereNothingProvesTheSession() {
        if (!world_) return;
        Browser browser(*world_);
        const Story story = begin(browser);
        const auto page = browser.get(query({{"client_id", story.client.clientId()}, {"post_logout_redirect_uri", kOut}, {"state", "s1"}, {"logout_hint", "alice"}}));
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        CPPUNIT_ASSERT(holds(page, "Example &lt;b&gt;App&lt;/b&gt; asks you") && holds(page, "@alice:example.com") && holds(page, "<strong>app.example.com</strong>"));
        CPPUNIT_ASSERT(browser.header("Content-Security-Policy", page).find("form-action 'self' https://app.example.com;") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), live());
        const auto response = browser.post("/end-session/confirm", {{"client_id", story.client.clientId()}, {"post_logout_redirect_uri", kOut}, {"state", "s1"}, {"action", "sign-out"}});
        CPPUNIT_ASSERT_EQUAL(std::string("https://app.example.com/out?x=1&state=s1#"), browser.header("Location", response));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), live());
    }
    void staysIfThePersonDoesNotWantTo() {
        if (!world_) return;
        Browser browser(*world_);
        begin(browser);
        CPPUNIT_ASSERT(holds(browser.get("/end-session"), "You will be signed out of example.com"));
        CPPUNIT_ASSERT_EQUAL(std::string("/"), browser.header("Location", browser.post("/end-session/confirm", {{"action", "stay"}})));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), live());
        CPPUNIT_ASSERT(holds(browser.post("/end-session/confirm", {{"action", "sign-out"}}), "You are signed out"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), live());
    }
    void goesBackAtOnceIfNobodyIsLoggedIn() {
        if (!world_) return;
        Browser browser(*world_);
        const Story story = begin(browser);
        browser.forget();
        CPPUNIT_ASSERT_EQUAL(std::string("https://app.example.com/other#"),
                             browser.header("Location", browser.get(query({{"client_id", story.client.clientId()}, {"post_logout_redirect_uri", "https://app.example.com/other"}}))));
        CPPUNIT_ASSERT(holds(browser.get("/end-session"), "You are signed out"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), live());
    }
    void takesTheRequestAsAForm() {
        if (!world_) return;
        Browser browser(*world_);
        const Story story = begin(browser);
        const auto next = browser.postWithoutToken("/end-session", {{"id_token_hint", story.token}, {"post_logout_redirect_uri", kOut}, {"state", "s 1"}, {"action", "sign-out"}});
        CPPUNIT_ASSERT_EQUAL(303, next.status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing is done before the browser comes with its cookies", std::string("1"), live());
        const std::string location = browser.header("Location", next);
        CPPUNIT_ASSERT(location.starts_with("/end-session?id_token_hint=") && location.find("action") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("https://app.example.com/out?x=1&state=s%201#"), browser.header("Location", browser.get(location)));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), live());
    }
    void attack12_goesToRegisteredUrisOnly() {
        if (!world_) return;
        Browser browser(*world_);
        const Story story = begin(browser);
        for (const std::string uri : {"https://app.example.com/out", "https://app.example.com/out?x=1#", "https://app.example.com/out?x=1&y", "https://APP.example.com/out?x=1", "https://app.example.com:443/out?x=1",
                                      "https://app.example.com@evil.example/out?x=1", "https://app.example.com\\@evil.example/", "//evil.example/", "https://app.example.com/%6fut?x=1", "https://app.example.com./out?x=1",
                                      "https://app.example.com/cb", "javascript:alert(1)", "https://evil.example/"}) {
            for (const Parameters& by : {Parameters{{"id_token_hint", story.token}}, Parameters{{"client_id", story.client.clientId()}}}) {
                Parameters all = by;
                all.emplace_back("post_logout_redirect_uri", uri);
                const auto response = browser.get(query(all));
                CPPUNIT_ASSERT_EQUAL_MESSAGE(uri, 400, response.status);
                CPPUNIT_ASSERT_MESSAGE(uri, browser.header("Location", response).empty());
                all.emplace_back("action", "sign-out");
                CPPUNIT_ASSERT_EQUAL_MESSAGE(uri, 400, browser.post("/end-session/confirm", all).status);
            }
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("whose it is is not known", 400, browser.get(query({{"post_logout_redirect_uri", kOut}})).status);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), live());
    }
    void attack13_letsNoFragmentBeCarriedOver() {
        if (!world_) return;
        Browser browser(*world_);
        const Story story = begin(browser);
        for (const Parameters& more : {Parameters{}, Parameters{{"state", "x"}}}) {
            Parameters all{{"id_token_hint", story.token}, {"post_logout_redirect_uri", kOut}};
            all.insert(all.end(), more.begin(), more.end());
            CPPUNIT_ASSERT(browser.header("Location", browser.get(query(all))).ends_with("#"));
        }
    }
    void attack20_needsTheBrowsersToken() {
        if (!world_) return;
        Browser browser(*world_);
        begin(browser);
        browser.get("/end-session");
        CPPUNIT_ASSERT_EQUAL(400, browser.postWithoutToken("/end-session/confirm", {{"action", "sign-out"}}).status);
        CPPUNIT_ASSERT_EQUAL(400, browser.postWithoutToken("/end-session/confirm", {{"action", "sign-out"}, {"csrf", std::string(43, 'A')}}).status);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), live());
    }
    void attack27_anotherClientsTokenIsNoProof() {
        if (!world_) return;
        Browser browser(*world_);
        const Story story = begin(browser);
        const Client other = browser.client();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a client that this browser never went to", 200, browser.get(query({{"id_token_hint", browser.idToken(other.clientId(), story.alice)}})).status);
        CPPUNIT_ASSERT_EQUAL(400, browser.get(query({{"id_token_hint", story.token}, {"client_id", other.clientId()}})).status);
        const Ulid bob = browser.person("bob");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("somebody else", 200, browser.get(query({{"id_token_hint", browser.idToken(story.client.clientId(), bob)}})).status);
        logIn(browser);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("another session of the same person", 200, browser.get(query({{"id_token_hint", story.token}})).status);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), live());
    }
    void attack36_aLinkAloneEndsNothing() {
        if (!world_) return;
        Browser browser(*world_);
        const Story story = begin(browser);
        for (const char* target : {"/end-session", "/end-session?action=sign-out", "/end-session?logout_hint=alice"}) CPPUNIT_ASSERT_EQUAL(200, browser.get(target).status);
        browser.get(query({{"client_id", story.client.clientId()}, {"post_logout_redirect_uri", kOut}}));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), live());
    }
    void attack14_aTokenThatIsNotOursIsNoProof() {
        if (!world_) return;
        Browser browser(*world_);
        const Story story = begin(browser);
        std::string none = story.token.substr(story.token.find('.'));
        none = "eyJhbGciOiJub25lIn0" + none.substr(0, none.rfind('.') + 1);
        for (const std::string& token : {none, story.token + "x", std::string("x.y.z"), browser.idToken(story.client.clientId(), story.alice, "https://evil.example/")}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(token, 200, browser.get(query({{"id_token_hint", token}})).status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("it does not even say whose the address is", 400, browser.get(query({{"id_token_hint", token}, {"post_logout_redirect_uri", kOut}})).status);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("1"), live());
    }
    void endsSessionsOfExpiredTokensToo() {
        if (!world_) return;
        Browser browser(*world_);
        const Story story = begin(browser);
        browser.idTokenExpiry = 1'000'000'000;
        CPPUNIT_ASSERT(holds(browser.get(query({{"id_token_hint", browser.idToken(story.client.clientId(), story.alice)}})), "You are signed out"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), live());
    }
    void refusesWhatIsContradictoryTwiceOrTooLong() {
        if (!world_) return;
        Browser browser(*world_);
        const Story story = begin(browser);
        for (const Parameters& bad : {Parameters{{"client_id", "01ARZ3NDEKTSV4RRFFQ69G5FAV"}}, Parameters{{"client_id", "x"}}, Parameters{{"state", "a"}, {"state", "b"}},
                                      Parameters{{"state", std::string(3000, 'a')}}, Parameters{{"logout_hint", std::string(3000, 'a')}}, Parameters{{"id_token_hint", std::string(9000, 'a')}}}) {
            const auto page = browser.get(query(bad));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(bad.front().first, 400, page.status);
            CPPUNIT_ASSERT(holds(page, "invalid_") && holds(page, "request-1"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("1"), live());
    }
    void speaksTheLanguageThatTheRequestAsksFor() {
        if (!world_) return;
        Browser browser(*world_);
        begin(browser);
        browser.language = "fr";
        CPPUNIT_ASSERT(holds(browser.get(query({{"ui_locales", "ja de-AT"}})), "<html lang=\"de\">"));
        CPPUNIT_ASSERT(holds(browser.post("/end-session/confirm", {{"action", "sign-out"}, {"ui_locales", "es"}}), "Has cerrado la sesión"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EndSessionTest);

}  // namespace latchkey::account
