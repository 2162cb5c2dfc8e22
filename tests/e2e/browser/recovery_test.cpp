// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/secret.h"
#include "domain/token/token_digest.h"
#include "tests/e2e/server.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <filesystem>

namespace latchkey::e2e {

namespace {

std::string setting(const char* name, const std::string& fallback) {
    const char* value = std::getenv(name);
    return value == nullptr ? fallback : value;
}

}  // namespace

/// Recovery in a browser: pages, queue, worker, and mails that a real mail server takes.
class RecoveryBrowserTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(RecoveryBrowserTest);
    CPPUNIT_TEST(peopleRecoverTheirAccount);
    CPPUNIT_TEST_SUITE_END();

    std::string site(int mailPort) const {
        const std::string here = std::to_string(port());
        return "http:\n"
               "  public_base: http://localhost:" + here + "/\n"
               "  listeners:\n"
               "  - name: web\n"
               "    resources: [{name: health}, {name: human}, {name: assets}]\n"
               "    binds: [{address: '127.0.0.1:" + here + "'}]\n"
               "account: {password_recovery_enabled: true}\n"
               "rate_limiting: {login: {per_ip: {burst: 100000, per_second: 1000}}, account_recovery: {per_ip: {burst: 1000, per_second: 100}, per_address: {burst: 1000, per_second: 100}}}\n"
               "branding: {service_name: ACME Chat, policy_uri: 'https://acme.example/privacy', tos_uri: 'https://acme.example/terms', imprint: © ACME}\n"
               "email: {transport: smtp, mode: plain, hostname: localhost, port: " + std::to_string(mailPort) + ", from: 'ACME Chat <accounts@acme.example>'}\n";
    }
    // An account, and links that were mailed for it.
    static void fill(const std::string& database, const std::vector<std::string>& tickets, const std::string& expired) {
        const auto id = [] { return "'" + newId(currentTime()).uuid() + "'"; };
        const std::string user = id(), email = id();
        std::string sql = "INSERT INTO users (user_id, username, created_at) VALUES (" + user + ", 'alice', now());"
                          "INSERT INTO user_emails (user_email_id, user_id, email, created_at) VALUES (" + email + ", " + user + ", 'alice@example.org', now());";
        const auto link = [&](const std::string& ticket, const std::string& until) {
            const std::string session = id();
            sql += "INSERT INTO user_recovery_sessions (user_recovery_session_id, email, user_agent, locale, created_at) VALUES (" + session + ", 'alice@example.org', 'Firefox', 'en', now());"
                   "INSERT INTO user_recovery_tickets (user_recovery_ticket_id, user_recovery_session_id, user_email_id, ticket, created_at, expires_at) VALUES (" + id() + ", " + session + ", " + email +
                   ", '" + tokenDigest(ticket) + "', now() + interval '1 day', now() + interval '" + until + "');";
        };
        for (const std::string& each : tickets) link(each, "1 day");
        link(expired, "-1 minute");
        Database::shared().admin(sql, database);
    }

public:
    void peopleRecoverTheirAccount() {
        if (!test::postgresAvailable()) return;
        const std::string chromium = setting("CHROMIUM", "/usr/bin/chromium");
        if (!std::filesystem::exists(chromium) || !std::filesystem::exists(BROWSER_TESTS "/node_modules")) {
            return skip("recovery in a browser: needs " + chromium + " and `npm ci` in tests/e2e/browser");
        }
        const int mailPort = test::freePort();
        const test::TemporaryDirectory mails;
        test::Process mailServer({.arguments = {"/usr/bin/python3", SMTP_SERVER, mails.path(), std::to_string(mailPort)}, .environment = {}, .user = {}, .descriptors = {}, .limits = {}});
        CPPUNIT_ASSERT_MESSAGE(mailServer.errors(), mailServer.await(" .\n", kLong));

        const std::string database = Database::shared().create();
        configure(Database::shared().uri(database), site(mailPort));
        requireCode(0, run({"database", "migrate"}));
        std::vector<std::string> tickets(4);
        for (std::string& each : tickets) each = randomAlphanumerics(32);
        const std::string expired = randomAlphanumerics(32);
        fill(database, tickets, expired);
        const auto server = started();
        test::Launch launch;
        launch.arguments = {"/usr/bin/env", "node", BROWSER_TESTS "/recovery.js", setting("ONLY", "")};
        launch.environment = {{"HOME", directory().path()}, {"PATH", setting("PATH", "/usr/bin:/bin")}, {"CHROMIUM", chromium}, {"BASE_URL", "http://localhost:" + std::to_string(port()) + "/"},
                              {"MAILS", mails.path()}, {"ADDRESS", "alice@example.org"}, {"USERNAME_OF_PERSON", "alice"}, {"EXPIRED_TICKET", expired},
                              {"TICKETS", tickets[0] + "," + tickets[1] + "," + tickets[2] + "," + tickets[3]}, {"SCREENSHOTS", setting("SCREENSHOTS", "")}};
        requireCode(0, test::run(launch, 15 * kLong));
        noteTraffic();
        const std::string log = server->errors() + server->output();
        requireLacks(log, "alice@example.org");
        stop(*server);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RecoveryBrowserTest);

}  // namespace latchkey::e2e
