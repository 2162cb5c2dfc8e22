// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "tests/e2e/server.h"

#include <csignal>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <filesystem>

namespace latchkey::e2e {

namespace {

// By the default scheme, made with the argon2 reference implementation.
const std::string kPersonsPassword = "correct horse battery staple";
const std::string kPersonsHash = "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlIHNsdA$k81ovk8fkH1PorA/36zCkEKia28tQyMQYijfaS5RQy4";

std::string variable(const char* name, const std::string& fallback) {
    const char* value = std::getenv(name);
    return value == nullptr ? fallback : value;
}

}  // namespace

class BrowserTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(BrowserTest);
    CPPUNIT_TEST(pagesWorkInARealBrowser);
    CPPUNIT_TEST(peopleRegister);
    CPPUNIT_TEST(peopleRegisterWithEveryStep);
    CPPUNIT_TEST(peopleManageTheirAccount);
    CPPUNIT_TEST(templatesAreReadAgainOnHangup);
    CPPUNIT_TEST_SUITE_END();

    std::string http() const {
        return "http:\n"
               "  public_base: http://localhost:" + std::to_string(port()) + "/\n"
               "  listeners:\n"
               "  - name: web\n"
               "    resources: [{name: health}, {name: discovery}, {name: human}, {name: assets}, {name: oauth}, {name: compat}]\n"
               "    binds: [{address: '127.0.0.1:" + std::to_string(port()) + "'}]\n"
               "rate_limiting: {login: {per_ip: {burst: 100000, per_second: 1000}}}\n"
               "policy: {data: {personal_tokens: {allowed_scopes: ['urn:matrix:client:api:*'], max_days: 365}}}\n"
               "branding: {service_name: ACME Chat, policy_uri: 'https://acme.example/privacy', tos_uri: 'https://acme.example/terms', imprint: © ACME}\n";
    }
    static void fill(const std::string& database, const std::string& clientUuid) {
        const std::string user = newId(currentTime()).uuid();
        Database::shared().admin("INSERT INTO users (user_id, username, created_at) VALUES ('" + user + "', 'alice', now());"
            "INSERT INTO user_passwords (user_password_id, user_id, hashed_password, version, created_at) VALUES ('" + newId(currentTime()).uuid() + "', '" + user + "', '" + kPersonsHash + "', 1, now());"
            "INSERT INTO user_emails (user_email_id, user_id, email, created_at) VALUES (gen_random_uuid(), '" + user + "', 'alice@example.org', now());"
            "INSERT INTO oauth2_clients (oauth2_client_id, redirect_uris, grant_type_authorization_code, grant_type_refresh_token, client_name, client_uri, token_endpoint_auth_method)"
            " VALUES ('" + clientUuid + "', ARRAY['http://127.0.0.1/cb'], true, true, 'Example Client', 'https://client.example/', 'none');", database);
    }

    static bool browserIsThere() {
        return std::filesystem::exists(variable("CHROMIUM", "/usr/bin/chromium")) && std::filesystem::exists(BROWSER_TESTS "/node_modules");
    }
    // Mails are files, and the homeserver is what the script plays.
    std::string registration(int homeserverPort, const std::string& more) const {
        const std::string program = directory().path() + "/sendmail";
        directory().write("sendmail", "#!/bin/sh\nname=$(mktemp " + directory().path() + "/incoming.XXXXXX) && cat > \"$name\" && mv \"$name\" " + directory().path() + "/mails/$(date +%s%N)\n");
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
        std::filesystem::create_directory(directory().path() + "/mails");
        std::string text = http() + "account: {password_registration_enabled: true" + more + "}\n"
               "email: {transport: sendmail, command: '" + program + "', from: 'ACME <auth@example.com>'}\n";
        const std::string limits = "rate_limiting: {";
        text.replace(text.find(limits), limits.size(), limits + "registration: {burst: 10000, per_second: 1000}, registration_check: {burst: 10000, per_second: 1000}, "
               "email_authentication: {per_ip: {burst: 10000, per_second: 1000}, per_address: {burst: 100, per_second: 10}, emails_per_session: {burst: 100, per_second: 10}, attempt_per_session: {burst: 100, per_second: 10}}, ");
        text = configurationWithKeys(Database::shared().uri(database_), text);
        const std::string nowhere = "http://127.0.0.1:9/";
        return text.replace(text.find(nowhere), nowhere.size(), "http://127.0.0.1:" + std::to_string(homeserverPort) + "/");
    }
    void withHomeserver(const std::string& script, const std::string& steps, const std::string& account, const std::string& more) {
        if (!test::postgresAvailable()) return;
        if (!browserIsThere()) return skip(script + " in a browser: needs Chromium and `npm ci` in tests/e2e/browser");
        database_ = Database::shared().create();
        const int homeserverPort = test::freePort();
        directory().write("config.yaml", registration(homeserverPort, account) + more);
        requireCode(0, run({"database", "migrate"}));
        const Ulid client = newId(currentTime());
        fill(database_, client.uuid());
        Database::shared().admin("INSERT INTO user_registration_tokens (user_registration_token_id, token, created_at) VALUES (gen_random_uuid(), 'welcome', now())", database_);
        const auto server = started();
        test::Launch launch;
        launch.arguments = {"/usr/bin/env", "node", BROWSER_TESTS + ("/" + script), variable("ONLY", "")};
        launch.environment = {{"HOME", directory().path()}, {"PATH", variable("PATH", "/usr/bin:/bin")}, {"CHROMIUM", variable("CHROMIUM", "/usr/bin/chromium")}, {"BASE_URL", "http://localhost:" + std::to_string(port()) + "/"},
                              {"CLIENT_ID", client.text()}, {"MAILS", directory().path() + "/mails"}, {"DATABASE_URI", Database::shared().uri(database_)}, {"HOMESERVER_PORT", std::to_string(homeserverPort)},
                              {"STEPS", steps}, {"PASSWORD_OF_PERSON", kPersonsPassword}, {"SCREENSHOTS", variable("SCREENSHOTS", "")}};
        requireCode(0, test::run(launch, 15 * kLong));
        noteTraffic();
        stop(*server);
    }
    std::string database_;

public:
    void peopleRegister() { withHomeserver("registration.js", "", "", ""); }
    void peopleManageTheirAccount() { withHomeserver("account.js", "", "", ""); }
    void peopleRegisterWithEveryStep() { withHomeserver("registration.js", "all", ", password_registration_token_required: true", "captcha_pow: {enabled: true, difficulty: 12}\n"); }
    void pagesWorkInARealBrowser() {
        if (!test::postgresAvailable()) return;
        const std::string chromium = variable("CHROMIUM", "/usr/bin/chromium");
        if (!browserIsThere()) return skip("the pages in a browser: needs " + chromium + " and `npm ci` in tests/e2e/browser");
        const std::string database = Database::shared().create();
        directory().write("config.yaml", configurationWithKeys(Database::shared().uri(database), http()));
        requireCode(0, run({"database", "migrate"}));
        const Ulid client = newId(currentTime());
        fill(database, client.uuid());
        const auto server = started();
        test::Launch launch;
        launch.arguments = {"/usr/bin/env", "node", BROWSER_TESTS "/pages.js", variable("ONLY", "")};
        launch.environment = {{"HOME", directory().path()}, {"PATH", variable("PATH", "/usr/bin:/bin")}, {"CHROMIUM", chromium}, {"BASE_URL", "http://localhost:" + std::to_string(port()) + "/"},
                              {"CLIENT_ID", client.text()}, {"USERNAME_OF_PERSON", "alice"}, {"PASSWORD_OF_PERSON", kPersonsPassword}, {"SCREENSHOTS", variable("SCREENSHOTS", "")}};
        requireCode(0, test::run(launch, 15 * kLong));
        noteTraffic();
        stop(*server);
    }
    void templatesAreReadAgainOnHangup() {
        if (!test::postgresAvailable()) return;
        const std::string folder = directory().path() + "/mine";
        std::filesystem::create_directory(folder);
        const auto put = [&](const std::string& content) { directory().write("mine/index.html", content); };
        put("<h1>the first</h1>");
        configure(Database::shared().uri(Database::shared().create()), http() + "templates: {path: " + folder + "}\n");
        requireHolds(run({"templates", "check"}).errors, "templates.valid");
        const auto server = started();
        const auto shows = [&](const std::string& text) {
            test::HttpClient client(port());
            const auto reply = client.get("/");
            return reply && reply->body.find(text) != std::string::npos;
        };
        CPPUNIT_ASSERT(shows("<h1>the first</h1>"));
        put("<h1>{{no_such_name}}</h1>");
        requireCode(1, run({"templates", "check"}));
        server->signal(SIGHUP);
        CPPUNIT_ASSERT_MESSAGE(server->errors(), server->await("no_such_name", kLong));
        CPPUNIT_ASSERT(shows("<h1>the first</h1>"));
        put("<h1>the second</h1>");
        server->signal(SIGHUP);
        CPPUNIT_ASSERT(test::eventually([&] { return shows("<h1>the second</h1>"); }, kLong));
        stop(*server);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(BrowserTest);

}  // namespace latchkey::e2e
