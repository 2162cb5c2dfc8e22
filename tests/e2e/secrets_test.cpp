// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"

#include <csignal>

namespace latchkey::e2e {

class SecretsTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(SecretsTest);
    CPPUNIT_TEST(noSecretStandsInTheMostTalkativeLog);
    CPPUNIT_TEST(logsAreJsonWhereAskedFor);
    CPPUNIT_TEST_SUITE_END();

    void requireNoSecret(const std::string& text) const {
        for (const std::string& secret : {kPassword, kEncryption, kHomeserverSecret}) requireLacks(text, secret);
        for (const char* secret : {"bearer-Token-23", "cookie-Value-42"}) requireLacks(text, secret);
    }

    void noSecretStandsInTheMostTalkativeLog() {
        Database& database = Database::shared();
        configure(database.uri(database.create()));
        test::Launch talkative = launch({"server"});
        talkative.environment["RUST_LOG"] = "trace";
        const auto server = started(talkative);
        test::HttpClient client(port());
        for (const char* path : {"/health", "/metrics", "/connection-info", "/.well-known/openid-configuration", "/nowhere?access_token=bearer-Token-23"}) {
            const auto reply = client.exchange(std::string("GET ") + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer bearer-Token-23\r\nCookie: session=cookie-Value-42\r\n\r\n");
            CPPUNIT_ASSERT_MESSAGE(path, reply.has_value());
            requireLacks(reply->body, kPassword);
        }
        server->signal(SIGHUP);
        CPPUNIT_ASSERT(server->await("server.reloaded", kLong));
        stop(*server);
        CPPUNIT_ASSERT(server->errors().size() > 1000);
        requireNoSecret(server->errors() + server->output());
        for (const char* command : {"status", "migrate"}) {
            test::Launch other = launch({"database", command});
            other.environment["RUST_LOG"] = "trace";
            const test::Finished finished = test::run(other);
            requireCode(0, finished);
            requireNoSecret(finished.output + finished.errors);
        }
    }

    void logsAreJsonWhereAskedFor() {
        Database& database = Database::shared();
        configure(database.uri(database.create()));
        test::Launch json = launch({"server"});
        json.environment["LATCHKEY_LOG_FORMAT"] = "json";
        const auto server = started(json);
        stop(*server);
        const std::string log = server->errors();
        for (std::size_t at = 0; at < log.size();) {
            const auto end = std::min(log.find('\n', at), log.size());
            const std::string line = log.substr(at, end - at);
            CPPUNIT_ASSERT_MESSAGE(line, line.starts_with("{") && line.ends_with("}"));
            at = end + 1;
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretsTest);

}  // namespace latchkey::e2e
