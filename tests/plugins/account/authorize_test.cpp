// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/authorization_request.h"
#include "domain/user/user_repository.h"
#include "tests/plugins/account/browser.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

using Parameters = std::vector<std::pair<std::string, std::string>>;

class AuthorizeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthorizeTest);
    CPPUNIT_TEST(leadsThroughLogInAndConsentToACode);
    CPPUNIT_TEST(takesTheRequestAsAForm);
    CPPUNIT_TEST(showsErrorsOfUntrustedRequestsToThePersonOnly);
    CPPUNIT_TEST(attack17_sendsTheIssuerWithEveryAnswer);
    CPPUNIT_TEST(attack12_redirectsToRegisteredUrisOnly);
    CPPUNIT_TEST(answersByFragmentAndByForm);
    CPPUNIT_TEST(answersPromptNoneAtOnce);
    CPPUNIT_TEST(asksForTheLogInAgain);
    CPPUNIT_TEST(offersLogInAsThePersonOfTheIdTokenHint);
    CPPUNIT_TEST(answersPromptNoneForThePersonOfTheIdTokenHintOnly);
    CPPUNIT_TEST(attack27_takesNoHintMadeForAnotherClient);
    CPPUNIT_TEST(leadsToTheRegistrationIfThereIsOne);
    CPPUNIT_TEST(attack13_letsNoFragmentBeCarriedOver);
    CPPUNIT_TEST(attack23_aGrantThatIsTakenAwayIsNotAuthorizedAgain);
    CPPUNIT_TEST(takesAPushedRequestOnce);
    CPPUNIT_TEST(insistsOnAPushedRequestWhereTheClientDoes);
    CPPUNIT_TEST(answersPromptNoneByFormOnceTheSessionIsKnown);
    CPPUNIT_TEST(obeysTheDefaultMaxAgeOfTheClient);
    CPPUNIT_TEST(knowsNoClientThatIsRemovedMeanwhile);
    CPPUNIT_TEST(refusesOpenidWhereNoKeySigns);
    CPPUNIT_TEST(speaksTheLanguageThatTheRequestAsksFor);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    static std::string query(const Client& client, const Parameters& more = {}) {
        Parameters all{{"response_type", "code"}, {"client_id", client.clientId()}, {"scope", "openid"}, {"state", "s&1"},
                       {"code_challenge", std::string(43, 'a')}, {"code_challenge_method", "S256"}};
        all.insert(all.end(), more.begin(), more.end());
        return "/authorize?" + formEncode(all);
    }
    static Browser& loggedIn(Browser& browser) {
        browser.person();
        browser.get("/login");
        browser.logIn();
        return browser;
    }
    static std::string location(const http::Response& response) { return std::string(response.headers.get("Location").value_or("")); }
    std::string sql(const std::string& text) const { return world_->sql(text); }

public:
    void leadsThroughLogInAndConsentToACode() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        const Client client = browser.client();
        const std::string login = location(browser.get(query(client, {{"login_hint", "mxid:@alice:example.com"}})));
        CPPUNIT_ASSERT(login.starts_with("/login?kind=continue_authorization_grant&id="));
        const auto page = browser.get(login);
        CPPUNIT_ASSERT(holds(page, "to continue to Example &lt;b&gt;App&lt;/b&gt;") && holds(page, "value=\"alice\""));
        CPPUNIT_ASSERT(browser.header("Content-Security-Policy", page).find("form-action 'self' https://app.example.com;") != std::string::npos);
        const std::string consent = location(browser.logIn("alice", login.substr(login.find('?'))));
        CPPUNIT_ASSERT(holds(browser.get(consent), "Example &lt;b&gt;App&lt;/b&gt; wants to use your account"));
        const auto answer = browser.post(consent, {{"action", "consent"}});
        CPPUNIT_ASSERT(location(answer).starts_with("https://app.example.com/cb?"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, parameterOf(answer, "code").size());
        CPPUNIT_ASSERT_EQUAL(std::string("s&1"), parameterOf(answer, "state"));
        const auto work = world_->store().reading();
        const auto grant = work->authorizationGrants().findByCode(parameterOf(answer, "code"));
        CPPUNIT_ASSERT(grant && grant->state == AuthorizationGrant::State::fulfilled);
        CPPUNIT_ASSERT_EQUAL(std::string("openid"), work->oauthSessions().find(*grant->sessionId)->scope.text());
    }
    void takesTheRequestAsAForm() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        const auto response = browser.postWithoutToken("/authorize", {{"response_type", "code"}, {"client_id", client.clientId()}, {"scope", "openid"}, {"code_challenge", std::string(43, 'a')}, {"code_challenge_method", "S256"}});
        CPPUNIT_ASSERT(location(response).starts_with("/consent/"));
        CPPUNIT_ASSERT(location(browser.get(location(response))).starts_with("/login?kind=continue_authorization_grant"));
    }
    void showsErrorsOfUntrustedRequestsToThePersonOnly() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        for (const std::string& target : {std::string("/authorize"), std::string("/authorize?client_id=01ARZ3NDEKTSV4RRFFQ69G5FAV&response_type=code"),
                                          query(client, {{"redirect_uri", "https://evil.example/"}}), query(client, {{"response_mode", "<script>"}})}) {
            const auto response = browser.get(target);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(target, 400, response.status);
            CPPUNIT_ASSERT(location(response).empty() && holds(response, "request-1") && !holds(response, "<script>"));
        }
    }
    void attack17_sendsTheIssuerWithEveryAnswer() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        const auto response = browser.get(query(client, {{"request", "x"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("request_not_supported"), parameterOf(response, "error"));
        CPPUNIT_ASSERT_EQUAL(std::string("https://auth.example.com/"), parameterOf(response, "iss"));
    }
    void attack12_redirectsToRegisteredUrisOnly() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        for (const std::string uri : {"https://app.example.com/cb/", "https://app.example.com/cb?x", "https://app.example.com.evil.example/cb", "https://app.example.com@evil.example/cb",
                                      "https://app.example.com\\@evil.example/cb", "//evil.example/cb", "https://APP.example.com/%2e%2e/cb", "javascript:alert(1)", "https://app.example.com/cb#x"}) {
            const auto response = browser.get(query(client, {{"redirect_uri", uri}}));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(uri, 400, response.status);
        }
    }
    void answersByFragmentAndByForm() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        loggedIn(browser);
        browser.policy.decision.consent = GrantDecision::Consent::skip;
        const std::string fragment = location(browser.get(location(browser.get(query(client, {{"response_mode", "fragment"}})))));
        CPPUNIT_ASSERT(fragment.starts_with("https://app.example.com/cb#code="));
        const auto form = browser.get(location(browser.get(query(client, {{"response_mode", "form_post"}}))));
        CPPUNIT_ASSERT_EQUAL(200, form.status);
        for (const char* part : {"action=\"https://app.example.com/cb\"", "name=\"code\"", "name=\"iss\"", "name=\"state\" value=\"s&amp;1\"", "<button type=\"submit\">", "<script src=\"/assets/form-post."}) {
            CPPUNIT_ASSERT_MESSAGE(part, holds(form, part));
        }
        CPPUNIT_ASSERT(browser.header("Content-Security-Policy", form).find("script-src 'self'") != std::string::npos);
    }
    void answersPromptNoneAtOnce() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        const std::string none = query(client, {{"prompt", "none"}});
        CPPUNIT_ASSERT_EQUAL(std::string("login_required"), parameterOf(browser.get(none), "error"));
        loggedIn(browser);
        CPPUNIT_ASSERT_EQUAL(std::string("consent_required"), parameterOf(browser.get(none), "error"));
        browser.policy.decision.consent = GrantDecision::Consent::skip;
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, parameterOf(browser.get(none), "code").size());
        sql("UPDATE user_session_authentications SET created_at = created_at - interval '1 hour'");
        CPPUNIT_ASSERT_EQUAL(std::string("login_required"), parameterOf(browser.get(query(client, {{"prompt", "none"}, {"max_age", "60"}})), "error"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, parameterOf(browser.get(query(client, {{"prompt", "none"}, {"max_age", "7200"}})), "code").size());
    }
    void asksForTheLogInAgain() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        loggedIn(browser);
        sql("UPDATE user_session_authentications SET created_at = created_at - interval '1 hour'");
        for (const Parameters& more : {Parameters{{"prompt", "login"}}, Parameters{{"max_age", "60"}}}) {
            const std::string login = location(browser.get(query(client, more)));
            CPPUNIT_ASSERT(login.starts_with("/login?"));
            CPPUNIT_ASSERT(holds(browser.get(login), "name=\"password\""));
            const std::string consent = "/consent/" + login.substr(login.find("&id=") + 4, 26);
            CPPUNIT_ASSERT(location(browser.get(consent)).starts_with("/login?"));
            CPPUNIT_ASSERT(location(browser.post(consent, {{"action", "consent"}})).starts_with("/login?"));
            CPPUNIT_ASSERT_EQUAL(consent, location(browser.logIn("alice", login.substr(login.find('?')))));
            CPPUNIT_ASSERT_EQUAL(200, browser.get(consent).status);
            sql("UPDATE user_session_authentications SET created_at = created_at - interval '1 hour'");
        }
        CPPUNIT_ASSERT(location(browser.get(query(client, {{"max_age", "100000"}}))).starts_with("/consent/"));
    }
    void offersLogInAsThePersonOfTheIdTokenHint() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        const Ulid bob = browser.person("bob");
        const std::string target = query(client, {{"id_token_hint", browser.idToken(client.clientId(), bob)}});
        CPPUNIT_ASSERT(holds(browser.get(location(browser.get(target))), "value=\"bob\""));
        loggedIn(browser);
        const std::string login = location(browser.get(target));
        const auto page = browser.get(login);
        CPPUNIT_ASSERT(holds(page, "expects you as @bob:example.com") && holds(page, "value=\"bob\""));
        const std::string consent = location(browser.logIn("alice", login.substr(login.find('?'))));
        CPPUNIT_ASSERT_MESSAGE("alice may not answer for bob", location(browser.get(consent)).starts_with("/login?"));
        CPPUNIT_ASSERT(location(browser.post(consent, {{"action", "consent"}})).starts_with("/login?"));
        CPPUNIT_ASSERT_EQUAL(consent, location(browser.logIn("bob", login.substr(login.find('?')))));
        CPPUNIT_ASSERT_EQUAL(200, browser.get(consent).status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the token is not kept", std::string("0"), sql("SELECT count(*) FROM oauth2_authorization_grants WHERE raw_parameters::text LIKE '%eyJ%'"));
        CPPUNIT_ASSERT(location(browser.get(target)).starts_with("/consent/"));
    }
    void answersPromptNoneForThePersonOfTheIdTokenHintOnly() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        const Ulid bob = browser.person("bob");
        loggedIn(browser);
        browser.policy.decision.consent = GrantDecision::Consent::skip;
        const Ulid alice = world_->store().reading()->users().findByUsername("alice").value().id;
        const auto silently = [&](const std::string& hint) { return browser.get(query(client, {{"prompt", "none"}, {"id_token_hint", hint}})); };
        browser.idTokenExpiry = 1'000'000'000;  // however old
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, parameterOf(silently(browser.idToken(client.clientId(), alice)), "code").size());
        for (const std::string& hint : {browser.idToken(client.clientId(), bob), browser.idToken(client.clientId(), alice) + "x", browser.idToken(client.clientId(), alice, "https://evil.example/"), alice.text()}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(hint, std::string("login_required"), parameterOf(silently(hint), "error"));
        }
    }
    void attack27_takesNoHintMadeForAnotherClient() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client(), other = browser.client();
        const Ulid bob = browser.person("bob");
        const std::string hint = browser.idToken(other.clientId(), bob);
        CPPUNIT_ASSERT(!holds(browser.get(location(browser.get(query(client, {{"id_token_hint", hint}})))), "bob"));
        loggedIn(browser);
        CPPUNIT_ASSERT(location(browser.get(query(client, {{"id_token_hint", hint}}))).starts_with("/consent/"));
        CPPUNIT_ASSERT(location(browser.get(query(client, {{"id_token_hint", bob.text()}}))).starts_with("/consent/"));
        CPPUNIT_ASSERT_EQUAL(std::string("login_required"), parameterOf(browser.get(query(client, {{"prompt", "none"}, {"id_token_hint", hint}})), "error"));
    }
    void leadsToTheRegistrationIfThereIsOne() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        CPPUNIT_ASSERT(location(browser.get(query(client, {{"acr_values", "urn:example:gold 2"}}))).starts_with("/login?"));
        const std::string create = query(client, {{"prompt", "create"}});
        const auto posted = [&] { return location(browser.get(location(browser.postWithoutToken("/authorize", http::Parameters::parse(create.substr(11)).value().items())))); };
        CPPUNIT_ASSERT(location(browser.get(create)).starts_with("/login?") && posted().starts_with("/login?"));
        browser.settings.registration.enabled = true;
        CPPUNIT_ASSERT(location(browser.get(create)).starts_with("/register?kind=continue_authorization_grant&id=") && posted().starts_with("/register?kind="));
        loggedIn(browser);
        CPPUNIT_ASSERT(location(browser.get(create)).starts_with("/consent/"));
    }
    void attack13_letsNoFragmentBeCarriedOver() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        loggedIn(browser);
        browser.policy.decision.consent = GrantDecision::Consent::skip;
        CPPUNIT_ASSERT(location(browser.get(location(browser.get(query(client))))).ends_with("#"));
        CPPUNIT_ASSERT(location(browser.get(query(client, {{"request", "x"}}))).ends_with("#"));
    }
    void attack23_aGrantThatIsTakenAwayIsNotAuthorizedAgain() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        loggedIn(browser);
        browser.policy.decision.consent = GrantDecision::Consent::skip;
        const std::string silently = query(client, {{"prompt", "none"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, parameterOf(browser.get(silently), "code").size());
        sql("UPDATE users SET locked_at = now()");
        CPPUNIT_ASSERT_EQUAL(std::string("login_required"), parameterOf(browser.get(silently), "error"));
        sql("UPDATE users SET locked_at = NULL");
        browser.policy.decision.violations = {{.message = "no longer a member", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
        CPPUNIT_ASSERT_EQUAL(std::string("access_denied"), parameterOf(browser.get(silently), "error"));
        browser.policy.decision.violations = {};
        sql("UPDATE oauth2_clients SET grant_type_authorization_code = false");
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized_client"), parameterOf(browser.get(silently), "error"));
    }
    void takesAPushedRequestOnce() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        const std::string uri = "urn:ietf:params:oauth:request_uri:abc";
        const std::string json = R"({"client_id":")" + client.clientId() + R"(","response_type":"code","scope":"openid email","code_challenge":")" + std::string(43, 'a') + R"(","code_challenge_method":"S256"})";
        world_->commit([&](UnitOfWork& work) { work.authorizationGrants().push(uri, client.id, json, Instant{4'000'000'000'000'000}); });
        const std::string target = "/authorize?" + formEncode({{"client_id", client.clientId()}, {"request_uri", uri}, {"scope", "openid urn:mas:admin"}});
        CPPUNIT_ASSERT(location(browser.get(target)).starts_with("/login?"));
        CPPUNIT_ASSERT_EQUAL(std::string("email openid"), sql("SELECT scope FROM oauth2_authorization_grants"));
        CPPUNIT_ASSERT_EQUAL(400, browser.get(target).status);
    }
    void insistsOnAPushedRequestWhereTheClientDoes() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        const auto registered = [&](const char* value) {
            world_->commit([&](UnitOfWork& work) {
                work.clients().setRegistration(client.id, {"", R"({"require_pushed_authorization_requests":)" + std::string(value) + "}"}, Instant{1'000'000});
            });
        };
        registered("false");
        CPPUNIT_ASSERT(location(browser.get(query(client))).starts_with("/login?"));
        registered("true");
        const auto refused = browser.get(query(client));
        CPPUNIT_ASSERT(location(refused).starts_with("https://app.example.com/cb?"));
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_request"), parameterOf(refused, "error"));
        const std::string uri = "urn:ietf:params:oauth:request_uri:abc";
        const std::string json = R"({"client_id":")" + client.clientId() + R"(","response_type":"code","scope":"openid","code_challenge":")" + std::string(43, 'a') + R"(","code_challenge_method":"S256"})";
        world_->commit([&](UnitOfWork& work) { work.authorizationGrants().push(uri, client.id, json, Instant{4'000'000'000'000'000}); });
        CPPUNIT_ASSERT(location(browser.get("/authorize?" + formEncode({{"client_id", client.clientId()}, {"request_uri", uri}}))).starts_with("/login?"));
    }
    void answersPromptNoneByFormOnceTheSessionIsKnown() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        loggedIn(browser);
        browser.policy.decision.consent = GrantDecision::Consent::skip;
        const Parameters asked{{"response_type", "code"}, {"client_id", client.clientId()}, {"scope", "openid"}, {"prompt", "none"}, {"state", "s&1"},
                               {"code_challenge", std::string(43, 'a')}, {"code_challenge_method", "S256"}};
        const auto again = browser.postWithoutToken("/authorize", asked);
        CPPUNIT_ASSERT_EQUAL("/authorize?" + formEncode(asked), location(again));
        const auto answer = browser.get(location(again));
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, parameterOf(answer, "code").size());

        const std::string uri = "urn:ietf:params:oauth:request_uri:abc";
        const std::string json = R"({"client_id":")" + client.clientId() + R"(","response_type":"code","scope":"openid","prompt":"none","code_challenge":")" +
                                 std::string(43, 'a') + R"(","code_challenge_method":"S256"})";
        world_->commit([&](UnitOfWork& work) { work.authorizationGrants().push(uri, client.id, json, Instant{4'000'000'000'000'000}); });
        const auto form = browser.postWithoutToken("/authorize", {{"client_id", client.clientId()}, {"request_uri", uri}});
        const auto pushed = browser.get(location(form));
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, parameterOf(pushed, "code").size());
    }
    void obeysTheDefaultMaxAgeOfTheClient() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        loggedIn(browser);
        const ClientRegistration registration{"", R"({"default_max_age":3600})"};
        world_->commit([&](UnitOfWork& work) { work.clients().setRegistration(client.id, registration, Instant{1'000'000}); });
        CPPUNIT_ASSERT(location(browser.get(query(client))).starts_with("/consent/"));
        sql("UPDATE user_session_authentications SET created_at = created_at - interval '2 hours'");
        CPPUNIT_ASSERT(location(browser.get(query(client))).starts_with("/login?"));
        CPPUNIT_ASSERT(location(browser.get(query(client, {{"max_age", ""}}))).starts_with("/login?"));
        CPPUNIT_ASSERT(location(browser.get(query(client, {{"max_age", "10000"}}))).starts_with("/consent/"));
        CPPUNIT_ASSERT_EQUAL(std::string("login_required"), parameterOf(browser.get(query(client, {{"prompt", "none"}})), "error"));
    }
    void knowsNoClientThatIsRemovedMeanwhile() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        sql("CREATE FUNCTION remove_client() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN DELETE FROM oauth2_clients WHERE oauth2_client_id = NEW.oauth2_client_id; RETURN NEW; END';"
            "CREATE TRIGGER removed BEFORE INSERT ON oauth2_authorization_grants FOR EACH ROW EXECUTE FUNCTION remove_client()");
        const auto response = browser.get(query(client));
        CPPUNIT_ASSERT_EQUAL(400, response.status);
        CPPUNIT_ASSERT(holds(response, "invalid_client"));
    }
    void refusesOpenidWhereNoKeySigns() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        sql("UPDATE oauth2_clients SET id_token_signed_response_alg = 'PS512'");
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_scope"), parameterOf(browser.get(query(client)), "error"));
    }
    void speaksTheLanguageThatTheRequestAsksFor() {
        if (!world_) return;
        Browser browser(*world_);
        const Client client = browser.client();
        loggedIn(browser);
        browser.language = "fr";
        CPPUNIT_ASSERT(holds(browser.get(location(browser.get(query(client, {{"ui_locales", "ja de-AT"}})))), "<html lang=\"de\">"));
        browser.forget();
        const std::string login = location(browser.get(query(client, {{"ui_locales", "ja de-AT"}})));
        CPPUNIT_ASSERT(holds(browser.get(login), "<html lang=\"de\">"));
        CPPUNIT_ASSERT(holds(browser.post(login, {{"username", ""}}), "<html lang=\"de\">"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AuthorizeTest);

}  // namespace latchkey::account
