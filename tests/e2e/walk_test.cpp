// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"
#include "tests/e2e/server.h"
#include "tests/e2e/walk.h"

namespace latchkey::e2e {

namespace {

const std::string kBasic = "01HFRQHW4KD7CMFTP8Q3FKSN2A", kPost = "01HFRQHW4KD7CMFTP8Q3FKSN2B", kOpen = "01HFRQHW4KD7CMFTP8Q3FKSN2C";
const std::string kProven = kBasic + ":secret-of-basic", kInBody = "client_id=" + kPost + "&client_secret=secret-of-post", kNamed = "client_id=" + kOpen;
const std::string kChallenge = "Bearer realm=\"latchkey\", ";
const std::string kSentBack = "http://127.0.0.1:9/cb?";
const std::string kToken = "/oauth2/token", kIntrospect = "/oauth2/introspect", kRevoke = "/oauth2/revoke", kDevice = "/oauth2/device", kUserInfo = "/oauth2/userinfo", kRegister = "/oauth2/registration";

Row request(std::string name, std::string method, std::string path, int status, HeaderList expected = {}, HeaderList headers = {}, std::string body = {}, std::string error = {}) {
    return {std::move(name), std::move(method), std::move(path), std::move(headers), std::move(body), status, std::move(error), std::move(expected)};
}

}  // namespace

/// Each endpoint, method, status and error code of the provider, over the real socket. What needs a person's consent first is tested
/// at the endpoints themselves and with client libraries.
class WalkTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(WalkTest);
    CPPUNIT_TEST(attack25_attack26_walksTheProviderAndNoSecretIsLoggedOrStored);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<Row> methods() {
        std::vector<Row> rows;
        for (const char* path : {"/.well-known/openid-configuration", "/oauth2/keys.json", "/.well-known/webfinger?resource=acct:a@example.com"}) {
            rows.push_back(request("reads", "GET", path, 200, {{"content-type", "application/j"}, {"access-control-allow-origin", "*"}, {"vary", "origin"}}));
            rows.push_back(request("HEAD wherever GET", "HEAD", path, 200, {{"access-control-allow-origin", "*"}}));
            rows.push_back(request("nothing but reading", "POST", path, 405, {{"allow", "GET"}}));
            rows.push_back(request("preflight", "OPTIONS", path, 200, {{"access-control-allow-methods", "*"}, {"access-control-allow-headers", "authorization"}, {"access-control-max-age", "3600"}}));
        }
        for (const std::string& path : {kToken, kIntrospect, kRevoke, kDevice, kRegister, std::string("/oauth2/par")}) {
            rows.push_back(request("POST only", "GET", path, 405, {{"allow", "POST"}, {"access-control-allow-origin", "*"}}));
            rows.push_back(request("preflight", "OPTIONS", path, 200, {{"access-control-allow-headers", "authorization, accept, accept-language, content-language, content-type, x-requested-with"}}));
            rows.push_back(request("no form", "POST", path, 400, {{"cache-control", "no-store"}}, {}, "", "invalid_request"));
        }
        rows.push_back(request("neither read nor posted", "DELETE", kUserInfo, 405, {{"allow", "GET"}}));
        rows.push_back(request("the log-out is no link", "GET", "/logout", 405, {{"allow", "POST"}, {"access-control-allow-origin", ""}}));
        rows.push_back(request("nor is the page that confirms it", "GET", "/end-session/confirm", 405, {{"allow", "POST"}}));
        rows.push_back(request("no such path", "GET", "/oauth2/nothing", 404, {{"content-type", "text/html"}}));
        rows.push_back(request("webfinger without resource", "GET", "/.well-known/webfinger", 400, {{"content-type", "text/plain"}}));
        return rows;
    }

    static std::vector<Row> authentication(const std::string& path, const std::string& what) {
        return {
            form("Basic", path, what, path == kDevice || path == kToken ? 400 : 200, path == kDevice ? "invalid_scope" : path == kToken ? "unsupported_grant_type" : "", kProven),
            form("nothing presented", path, what, 400, "invalid_request"),
            form("unknown client", path, what + "&client_id=x", 401, "invalid_client"),
            form("wrong secret", path, what, 401, "invalid_client", kBasic + ":wrong"),
            form("another method than registered", path, what + "&client_id=" + kBasic + "&client_secret=secret-of-basic", 401, "invalid_client"),
            form("Basic and a secret in the body", path, what + "&client_secret=x", 400, "invalid_request", kProven),
            form("client_id that differs", path, what + "&client_id=" + kPost, 400, "invalid_request", kProven),
            form("unknown kind of assertion", path, what + "&client_assertion_type=x&client_assertion=x", 400, "invalid_request"),
            form("assertion that is no JWT", path, what + "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=x", 400, "invalid_request"),
            form("a parameter twice", path, what + "&token=1&token=2", 400, "invalid_request", kProven),
        };
    }

    static std::vector<Row> tokens(const std::string& access) {
        const std::string grant = "&grant_type=", exchange = kInBody + grant;
        return {
            form("grant type missing", kToken, kInBody, 400, "invalid_request"),
            form("grant type unknown", kToken, exchange + "password", 400, "unsupported_grant_type"),
            form("code missing", kToken, exchange + "authorization_code", 400, "invalid_request"),
            form("code unknown", kToken, exchange + "authorization_code&code=x&redirect_uri=http://127.0.0.1:9/cb", 400, "invalid_grant"),
            form("refresh token missing", kToken, exchange + "refresh_token", 400, "invalid_request"),
            form("refresh token unknown", kToken, exchange + "refresh_token&refresh_token=x", 400, "invalid_grant"),
            form("access token for refresh", kToken, exchange + "refresh_token&refresh_token=" + access, 400, "invalid_grant"),
            form("device code missing", kToken, exchange + "urn:ietf:params:oauth:grant-type:device_code", 400, "invalid_request"),
            form("device code unknown", kToken, exchange + "urn:ietf:params:oauth:grant-type:device_code&device_code=x", 400, "invalid_grant"),
            form("credentials", kToken, exchange + "client_credentials", 200),
            form("scope the policy denies", kToken, exchange + "client_credentials&scope=urn:mas:admin", 400, "invalid_scope"),
            form("scope malformed", kToken, exchange + "client_credentials&scope=a++b", 400, "invalid_scope"),
            form("device", kDevice, kNamed + "&scope=openid", 200),
            form("device without scope", kDevice, kNamed, 400, "invalid_scope"),
        };
    }

    static std::vector<Row> lookups(const std::string& access) {
        const std::string token = "token=" + access, bad = token + "x";
        std::vector<Row> rows = {
            form("introspection by a public client", kIntrospect, token + "&" + kNamed, 401, "access_denied"),
            form("introspection without token", kIntrospect, "a=b", 400, "invalid_request", kProven),
            form("introspection of nothing", kIntrospect, "token=x", 200, "", kProven),
            form("revocation without token", kRevoke, "a=b", 400, "invalid_request", kProven),
            form("revocation of what is no token, whatever the hint", kRevoke, bad + "&token_type_hint=pct", 200, "", kProven),
            form("revocation of a token of an unknown kind", kRevoke, token + "&token_type_hint=pct", 400, "unsupported_token_type", kProven),
            form("revocation of another client's token", kRevoke, token, 200, "", kProven),
            form("revocation by a public client", kRevoke, "token=x&" + kNamed, 200),
        };
        const HeaderList right = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Authorization", "Bearer " + kHomeserverSecret}};
        const HeaderList wrong = {right.front(), {"Authorization", "Bearer x"}};
        rows.push_back(request("introspection by the homeserver", "POST", kIntrospect, 200, {{"cache-control", "no-store"}}, right, token));
        rows.push_back(request("introspection by another one", "POST", kIntrospect, 401, {}, wrong, token, "access_denied"));
        rows.push_back(request("revocation with a bearer token", "POST", kRevoke, 401, {}, right, token, "invalid_client"));
        rows.push_back(request("userinfo without token", "GET", kUserInfo, 401, {{"www-authenticate", "Bearer"}}));
        rows.push_back(request("userinfo, no bearer", "GET", kUserInfo, 400, {{"www-authenticate", kChallenge + "error=\"invalid_request\""}}, {{"Authorization", "Digest x"}}));
        rows.push_back(request("userinfo, unknown token", "GET", kUserInfo, 401, {{"www-authenticate", kChallenge + "error=\"invalid_token\""}}, {{"Authorization", "Bearer x"}}));
        rows.push_back(request("userinfo, token in the query", "GET", kUserInfo + "?access_token=" + access, 401, {{"www-authenticate", "Bearer"}}));
        rows.push_back(request("userinfo, token of no person", "GET", kUserInfo, 401, {{"www-authenticate", kChallenge + "error=\"invalid_token\""}}, {{"Authorization", "Bearer " + access}}));
        return rows;
    }

    static std::vector<Row> registrations() {
        const auto made = [](const char* name, const std::string& body, int status, const char* error = "") {
            return request(name, "POST", kRegister, status, {{"content-type", "application/json"}, {"cache-control", "no-store"}}, {{"Content-Type", "application/json"}}, body, error);
        };
        const std::string uri = R"("client_uri":"https://app.example/")", to = R"("redirect_uris":["https://app.example/cb"])";
        return {
            made("registers", "{" + uri + "," + to + "}", 201),
            made("no JSON", "{", 400, "invalid_request"),
            made("wrong kind", "{" + uri + R"(,"redirect_uris":1})", 400, "invalid_client_metadata"),
            made("no redirect URI", "{" + uri + "}", 400, "invalid_redirect_uri"),
            made("redirect URI with a fragment", "{" + uri + R"(,"redirect_uris":["https://app.example/cb#f"]})", 400, "invalid_redirect_uri"),
            made("redirect URI at a public suffix", "{" + uri + R"(,"redirect_uris":["https://co.uk/"]})", 400, "invalid_redirect_uri"),
            made("logo at a public suffix", "{" + uri + "," + to + R"(,"logo_uri":"https://co.uk/"})", 400, "invalid_client_metadata"),
            made("redirect URI the policy denies", "{" + uri + R"(,"redirect_uris":["https://evil.example/cb"]})", 400, "invalid_redirect_uri"),
            made("client without an address: its redirect URI falls with it", "{" + to + "}", 400, "invalid_redirect_uri"),
            made("client at an insecure address", R"({"client_uri":"http://app.example/",)" + to + "}", 400, "invalid_client_metadata"),
            made("keys and their address", "{" + uri + "," + to + R"(,"jwks":{"keys":[]},"jwks_uri":"https://app.example/keys"})", 400, "invalid_client_metadata"),
            made("private_key_jwt without keys", "{" + uri + "," + to + R"(,"token_endpoint_auth_method":"private_key_jwt","token_endpoint_auth_signing_alg":"RS256"})", 400, "invalid_client_metadata"),
        };
    }

    static std::vector<Row> pages() {
        const HeaderList page = {{"content-type", "text/html"}, {"x-frame-options", "DENY"}, {"access-control-allow-origin", ""}};
        const std::string client = "/authorize?client_id=" + kOpen, right = client + "&redirect_uri=http://127.0.0.1:9/cb&scope=openid&state=s&response_type=";
        const std::string code = right + "code&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
        const auto back = [&](const char* name, const std::string& path, const std::string& error) { return request(name, "GET", path, 303, {{"location", kSentBack + "error=" + error}}); };
        return {
            request("client unknown", "GET", "/authorize?client_id=x&response_type=code&scope=openid", 400, page),
            request("redirect URI not registered", "GET", client + "&redirect_uri=https://evil.example/&response_type=code&scope=openid", 400, page),
            request("response mode unknown", "GET", code + "&response_mode=x", 400, page),
            back("request object", code + "&request=x", "request_not_supported"),
            back("registration", code + "&registration=x", "registration_not_supported"),
            back("response type", right + "token", "unsupported_response_type"),
            back("nobody may be asked", code + "&prompt=none", "login_required"),
            back("no PKCE", right + "code", "invalid_request"),
            request("to the log-in", "GET", code, 303, {{"location", "/login?kind=continue_authorization_grant&id="}, {"access-control-allow-origin", ""}}),
            request("log-in", "GET", "/login", 200, page),
            request("log-in without the form's token", "POST", "/login", 400, page, {{"Content-Type", "application/x-www-form-urlencoded"}}, "username=a&password=b&csrf=x"),
            request("log-in, other content type", "POST", "/login", 415, {}, {{"Content-Type", "text/plain"}}, "a"),
            request("consent to what is not there", "GET", "/consent/01HFRQHW4KD7CMFTP8Q3FKSN2E", 404, page),
            request("malformed identifier", "GET", "/consent/x", 400, page),
            request("logging out, nobody is logged in", "GET", "/end-session?logout_hint=a&ui_locales=de", 200, page),
            request("logging out to an address that is not registered", "GET", "/end-session?client_id=" + kOpen + "&post_logout_redirect_uri=https://evil.example/", 400, page),
            request("logging out to an address of nobody", "GET", "/end-session?post_logout_redirect_uri=https://evil.example/", 400, page),
            request("logging out, client unknown", "GET", "/end-session?client_id=x", 400, page),
            request("logging out, a parameter twice", "GET", "/end-session?state=a&state=b", 400, page),
            request("logging out by a form", "POST", "/end-session", 303, {{"location", "/end-session?state=s"}}, {{"Content-Type", "application/x-www-form-urlencoded"}}, "state=s&x=y"),
            request("logging out by another content type", "POST", "/end-session", 415, {}, {{"Content-Type", "text/plain"}}, "a"),
            request("confirming without the form's token", "POST", "/end-session/confirm", 400, page, {{"Content-Type", "application/x-www-form-urlencoded"}}, "action=sign-out"),
            request("link", "GET", "/link", 200, page),
            request("home", "GET", "/", 200, page),
        };
    }

    std::string accessToken() const {
        test::HttpClient client(port());
        const std::string body = kInBody + "&grant_type=client_credentials";
        const auto reply = client.exchange("POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        CPPUNIT_ASSERT_MESSAGE("a token", reply && reply->status == 200);
        return reply->body.substr(reply->body.find("mat_"), 41);
    }

    // Tries to log in; all that was secret in it.
    std::vector<std::string> triedLogIn() const {
        test::HttpClient client(port());
        const auto page = client.get("/login");
        CPPUNIT_ASSERT(page && page->status == 200);
        const std::string cookie = page->header("set-cookie").substr(0, page->header("set-cookie").find(';'));
        const std::string token = page->body.substr(page->body.find("name=\"csrf\" value=\"") + 19, 43);
        const std::string password = "Tr0ub4dor-and-3", body = "username=nobody&password=" + password + "&csrf=" + token;
        const auto reply = client.exchange("POST /login HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                                           std::to_string(body.size()) + "\r\n\r\n" + body);
        CPPUNIT_ASSERT_MESSAGE("the form is genuine, the password is not", reply && reply->status == 200);
        return {password, token, cookie.substr(cookie.find('=') + 1)};
    }

    void attack25_attack26_walksTheProviderAndNoSecretIsLoggedOrStored() {
        if (!test::postgresAvailable()) return;
        const std::string at = std::to_string(port());
        const std::string http = "http:\n  public_base: http://localhost:" + at + "/\n  listeners:\n  - resources: [{name: discovery}, {name: oauth}, {name: human}]\n    binds: [{address: '127.0.0.1:" + at + "'}]\n";
        const std::string redirect = ", redirect_uris: ['http://127.0.0.1:9/cb']}\n";
        directory().write("config.yaml", configurationWithKeys(Database::shared().uri(Database::shared().create()), http) +
            "rate_limiting: {client_secret: {per_ip: {burst: 1000, per_second: 100}}}\nclients:\n"
            "- {client_id: " + kBasic + ", client_auth_method: client_secret_basic, client_secret: secret-of-basic" + redirect +
            "- {client_id: " + kPost + ", client_auth_method: client_secret_post, client_secret: secret-of-post" + redirect +
            "- {client_id: " + kOpen + ", client_auth_method: none" + redirect);
        test::Launch talkative = launch({"server"});
        talkative.environment["RUST_LOG"] = "trace";
        const auto server = started(talkative);
        const std::string access = accessToken();
        std::string different = walk(port(), methods());
        for (const std::string& path : {kToken, kIntrospect, kRevoke, kDevice}) different += walk(port(), authentication(path, path == kToken ? "grant_type=x" : path == kDevice ? "a=b" : "token=x"));
        for (const auto& rows : {tokens(access), lookups(access), registrations(), pages()}) different += walk(port(), rows);
        CPPUNIT_ASSERT_EQUAL(std::string(), different);
        const std::vector<std::string> secrets = triedLogIn();
        stop(*server);
        const std::string log = server->errors() + server->output();
        CPPUNIT_ASSERT(log.size() > 10'000);
        for (const std::string& secret : {access, std::string("secret-of-basic"), std::string("secret-of-post"), base64(kProven), kHomeserverSecret, kEncryption, kPassword}) requireLacks(log, secret);
        for (const std::string& secret : secrets) requireLacks(log, secret);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WalkTest);

}  // namespace latchkey::e2e
