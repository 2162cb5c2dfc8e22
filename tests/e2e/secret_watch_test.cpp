// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"
#include "domain/token/token_format.h"
#include "tests/e2e/server.h"
#include "tests/support/secret_watch.h"

namespace latchkey::e2e {

/// That what every end-to-end test checks of its servers' logs would be found.
class SecretWatchTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(SecretWatchTest);
    CPPUNIT_TEST(attack26_knowsWhatIsSecretInRequestsAndAnswers);
    CPPUNIT_TEST(attack26_knowsWhatIsSecretInAConfiguration);
    CPPUNIT_TEST(attack26_findsTheCodesOfMails);
    CPPUNIT_TEST(attack26_findsTokensByTheirForm);
    CPPUNIT_TEST(attack26_findsWhatAServerWrote);
    CPPUNIT_TEST(attack25_findsWhatADatabaseHolds);
    CPPUNIT_TEST_SUITE_END();

    static void requireKnown(const test::SecretWatch& watch, const std::vector<std::string>& secrets) {
        for (const std::string& each : secrets) {
            const auto found = watch.in("2026-01-01 DEBUG x - y value=" + each + " z=1");
            CPPUNIT_ASSERT_MESSAGE(each, found.size() == 1 && found[0] == each);
        }
    }

    void attack26_knowsWhatIsSecretInRequestsAndAnswers() {
        test::SecretWatch watch;
        watch.noteRequest("POST /oauth2/token?code=in-The-Query-1&state=not-Secret-1 HTTP/1.1\r\nAuthorization: Basic " + base64("client:in-Basic-22") +
                          "\r\nCookie: session=cookie-Value-3; csrf=cookie-Value-4\r\nContent-Type: x\r\n\r\ncode_verifier=a-Verifier-55&password=with%20blanks+66&grant_type=not-Secret-2");
        watch.noteRequest("POST /_matrix HTTP/1.1\r\nAuthorization: Bearer bearer-Token-7\r\n\r\n{\"type\":\"not-Secret-3\",\"password\": \"in-Json-888\"}");
        requireKnown(watch, {"in-The-Query-1", base64("client:in-Basic-22"), "in-Basic-22", "cookie-Value-3", "cookie-Value-4", "a-Verifier-55", "with blanks 66", "with%20blanks+66",
                             "bearer-Token-7", "in-Json-888"});
        watch.noteAnswer("HTTP/1.1 200\r\nset-cookie: session=cookie-Value-9; Path=/\r\nlocation: https://a.example/cb?code=a-Code-10&state=not-Secret-4\r\n\r\n"
                         "{\"access_token\":\"opaque-Token-11\",\"device_code\":\"a-Device-12\"}<input type=\"hidden\" name=\"csrf\" value=\"form-Token-13\">");
        requireKnown(watch, {"cookie-Value-9", "a-Code-10", "opaque-Token-11", "a-Device-12", "form-Token-13"});
        for (const char* open : {"not-Secret-1", "not-Secret-2", "not-Secret-3", "not-Secret-4"}) CPPUNIT_ASSERT_MESSAGE(open, watch.in(open).empty());
    }

    void attack26_knowsWhatIsSecretInAConfiguration() {
        test::SecretWatch watch;
        watch.noteConfiguration(configuration("postgresql://mas:in-The-Uri-1@localhost/x") + "clients:\n- {client_id: A, client_secret: 'of-A-Client-2', name: not-Secret-1}\n");
        requireKnown(watch, {"in-The-Uri-1", "of-A-Client-2", kEncryption, kHomeserverSecret});
        CPPUNIT_ASSERT(watch.in("not-Secret-1").empty());
    }

    void attack26_findsTheCodesOfMails() {
        test::SecretWatch watch;
        watch.noteRequest("POST /account/emails/x/verify HTTP/1.1\r\nContent-Type: x\r\n\r\ncsrf=a-Token-1&code=471108");
        for (const char* innocent : {"2026-01-01T10:00:00.471108Z", "bytes=1471108", "user=01M8A471108", "127.0.0.1:471108", "2001:db8::471108", "id=a-471108"}) {
            CPPUNIT_ASSERT_MESSAGE(innocent, watch.codesIn(innocent).empty());
        }
        for (const char* leak : {"code=471108", "\"code\":\"471108\"", "471108", "mailed 471108, once"}) CPPUNIT_ASSERT_MESSAGE(leak, watch.codesIn(leak).size() == 1);
        watch.judge("database x", "code=471108");
        CPPUNIT_ASSERT_EQUAL(std::string(), watch.takeFindings());
        watch.judgeLog("a.log", "code=471108");
        requireHolds(watch.takeFindings(), "a.log wrote the secret `471108`");
    }

    void attack26_findsTokensByTheirForm() {
        const test::SecretWatch watch;
        for (const TokenKind kind : {TokenKind::access, TokenKind::refresh, TokenKind::compatAccess, TokenKind::compatRefresh, TokenKind::personalAccess}) {
            const std::string token = newToken(kind);
            requireKnown(watch, {token});
            CPPUNIT_ASSERT_MESSAGE("the checksum is wrong", watch.in(token.substr(0, token.size() - 1) + (token.back() == 'a' ? 'b' : 'a')).empty());
        }
    }

    void attack26_findsWhatAServerWrote() {
        if (!test::postgresAvailable()) return;
        configure(Database::shared().uri(Database::shared().create()));
        {
            const auto server = started();
            test::HttpClient client(port());
            CPPUNIT_ASSERT(client.get("/health/planted-Secret-4711").has_value());  // paths are logged
            test::SecretWatch::shared().note("planted-Secret-4711");
            stop(*server);
        }
        const std::string found = test::SecretWatch::shared().takeFindings();
        requireHolds(found, "mas-cli server wrote the secret `planted-Secret-4711`: ");
        requireHolds(found, "http.request");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(found, std::ptrdiff_t{1}, std::count(found.begin(), found.end(), '\n'));
    }

    void attack25_findsWhatADatabaseHolds() {
        if (!test::postgresAvailable()) return;
        Database::shared().admin("CREATE TABLE kept AS SELECT 'planted-Secret-4712' AS access_token, 'for-A-Human-4713' AS user_code", Database::shared().create());
        for (const char* each : {"planted-Secret-4712", "for-A-Human-4713"}) test::SecretWatch::shared().note(each);
        judgeDatabases();
        const std::string found = test::SecretWatch::shared().takeFindings();
        requireHolds(found, "wrote the secret `planted-Secret-4712`: kept: {\"access_token\": \"planted-Secret-4712\"}\n");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(found, std::ptrdiff_t{1}, std::count(found.begin(), found.end(), '\n'));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SecretWatchTest);

}  // namespace latchkey::e2e
