// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/outgoing-http/support.h"
#include "kernel/version.h"
#include "tests/support/process.h"

#include <cstdlib>

namespace latchkey::outgoing {

using test::failure;
using test::get;
using test::ScriptedServer;

class RequestsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestsTest);
    CPPUNIT_TEST(sendsAndReceives);
    CPPUNIT_TEST(keepsConnections);
    CPPUNIT_TEST(survivesAConnectionThatTheServerClosed);
    CPPUNIT_TEST(anyStatusIsAnAnswer);
    CPPUNIT_TEST(endsAtTheDeadline);
    CPPUNIT_TEST(refusesLargeAnswers);
    CPPUNIT_TEST(refusesEndlessHeaders);
    CPPUNIT_TEST(unpacksNothing);
    CPPUNIT_TEST(followsRedirectsUpToTheLimit);
    CPPUNIT_TEST(leavesCredentialsBehindWhenRedirectedElsewhere);
    CPPUNIT_TEST(refusesToCarryABodyElsewhere);
    CPPUNIT_TEST(refusesHeaderInjection);
    CPPUNIT_TEST(usesProxiesForTrustedRequestsOnly);
    CPPUNIT_TEST(neverNamesPathsInMessages);
    CPPUNIT_TEST_SUITE_END();

    CurlHttp http_{test::allowing({"127.0.0.0/8"})};

public:
    void sendsAndReceives() {
        ScriptedServer server(ScriptedServer::answer(ScriptedServer::ok("pong", "X-Thing:  A b \r\n")));
        OutgoingRequest request = get(server.url("/x?y=1"));
        request.method = "POST";
        request.headers = {{"Content-Type", "text/plain"}, {"X-Own", "v"}};
        request.body = std::string("a\0b", 3);
        const OutgoingResponse response = http_.send(request);
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("pong"), response.body);
        CPPUNIT_ASSERT_EQUAL(std::string("A b"), response.header("x-thing"));
        const std::string sent = server.lastRequest();
        CPPUNIT_ASSERT(sent.starts_with("POST /x?y=1 HTTP/1.1\r\n"));
        CPPUNIT_ASSERT(sent.ends_with(request.body));
        for (const std::string& line : {std::string("X-Own: v"), std::string("Content-Type: text/plain"), std::string("User-Agent: Latchkey/") + kVersion}) CPPUNIT_ASSERT(sent.find("\r\n" + line + "\r\n") != std::string::npos);
        CPPUNIT_ASSERT(sent.find("Expect:") == std::string::npos);
        CPPUNIT_ASSERT(sent.find("Accept-Encoding") == std::string::npos);
    }

    void keepsConnections() {
        ScriptedServer server(ScriptedServer::answer(ScriptedServer::ok("x")));
        for (const bool untrusted : {false, true}) {
            const int before = server.connections();
            for (int i = 0; i < 10; ++i) http_.send(get(server.url(), untrusted));
            CPPUNIT_ASSERT_EQUAL(before + 1, server.connections());
        }
    }

    void survivesAConnectionThatTheServerClosed() {
        ScriptedServer server([](ScriptedServer& self, int fd, const std::string&) {
            self.send(fd, ScriptedServer::ok("x"));
            return false;
        });
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT_EQUAL(200, http_.send(get(server.url())).status);
    }

    void anyStatusIsAnAnswer() {
        ScriptedServer server(ScriptedServer::answer("HTTP/1.1 500 Broken\r\nContent-Length: 3\r\n\r\noh!"));
        const OutgoingResponse response = http_.send(get(server.url()));
        CPPUNIT_ASSERT_EQUAL(500, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("oh!"), response.body);
        ScriptedServer redirecting(ScriptedServer::answer(ScriptedServer::redirect("/elsewhere")));
        CPPUNIT_ASSERT_EQUAL(302, http_.send(get(redirecting.url())).status);
        CPPUNIT_ASSERT_EQUAL(1, redirecting.requests());
    }

    void endsAtTheDeadline() {
        ScriptedServer server([](ScriptedServer& self, int, const std::string&) {
            while (!self.stopping()) latchkey::test::sleepMs(5);
            return false;
        });
        OutgoingRequest request = get(server.url());
        request.timeoutMs = 300;
        CPPUNIT_ASSERT(failure(http_, request).find("in time") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(1, server.requests());
    }

    void refusesLargeAnswers() {
        const std::string body(5000, 'x');
        const std::string answers[] = {ScriptedServer::ok(body), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" + body + "\r\n0\r\n\r\n",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" + body + "\r\n0\r\n\r\n"};
        for (const std::string& bytes : answers) {
            ScriptedServer server([&](ScriptedServer& self, int fd, const std::string&) {
                self.send(fd, bytes);
                return bytes.find("Connection: close") == std::string::npos;
            });
            OutgoingRequest request = get(server.url());
            request.largestAnswer = 4999;
            const std::string message = failure(http_, request);
            CPPUNIT_ASSERT_MESSAGE(message, message.find("larger than 4999 bytes") != std::string::npos);
            request.largestAnswer = 5000;
            CPPUNIT_ASSERT_EQUAL(std::size_t(5000), http_.send(request).body.size());
        }
    }

    void refusesEndlessHeaders() {
        ScriptedServer server([](ScriptedServer& self, int fd, const std::string&) {
            self.send(fd, "HTTP/1.1 200 OK\r\n");
            while (self.send(fd, "X-Filler: " + std::string(1000, 'x') + "\r\n")) continue;
            return false;
        });
        CPPUNIT_ASSERT(failure(http_, get(server.url())).find("header is too large") != std::string::npos);
        ScriptedServer interim([](ScriptedServer& self, int fd, const std::string&) {
            while (self.send(fd, "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(500, 'x') + "\r\n\r\n")) continue;
            return false;
        });
        CPPUNIT_ASSERT(failure(http_, get(interim.url())).find("header is too large") != std::string::npos);
    }

    void unpacksNothing() {
        const std::string packed("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
        ScriptedServer server(ScriptedServer::answer(ScriptedServer::ok(packed, "Content-Encoding: gzip\r\n")));
        CPPUNIT_ASSERT_EQUAL(packed, http_.send(get(server.url())).body);
    }

    void followsRedirectsUpToTheLimit() {
        ScriptedServer server([](ScriptedServer& self, int fd, const std::string& request) {
            const int step = std::atoi(request.c_str() + 5);
            return self.send(fd, step < 3 ? ScriptedServer::redirect("/" + std::to_string(step + 1), step == 1 ? 308 : 302) : ScriptedServer::ok("end"));
        });
        OutgoingRequest request = get(server.url("/0"), true);
        request.redirects = 3;
        CPPUNIT_ASSERT_EQUAL(std::string("end"), http_.send(request).body);
        request.redirects = 2;
        CPPUNIT_ASSERT(failure(http_, request).find("too often") != std::string::npos);
    }

    void leavesCredentialsBehindWhenRedirectedElsewhere() {
        ScriptedServer other(ScriptedServer::answer(ScriptedServer::ok("other")));
        ScriptedServer server([&](ScriptedServer& self, int fd, const std::string& request) {
            return self.send(fd, request.starts_with("GET /here") ? ScriptedServer::ok("here") : ScriptedServer::redirect(request.starts_with("GET /same") ? "/here" : other.url()));
        });
        OutgoingRequest request = get(server.url("/away"));
        request.headers = {{"Authorization", "Bearer secret"}, {"Cookie", "a=b"}, {"Accept", "text/plain"}};
        request.redirects = 1;
        CPPUNIT_ASSERT_EQUAL(std::string("other"), http_.send(request).body);
        CPPUNIT_ASSERT(other.lastRequest().find("secret") == std::string::npos && other.lastRequest().find("Cookie") == std::string::npos);
        CPPUNIT_ASSERT(other.lastRequest().find("Accept: text/plain") != std::string::npos);
        request.url = server.url("/same");
        CPPUNIT_ASSERT_EQUAL(std::string("here"), http_.send(request).body);
        CPPUNIT_ASSERT(server.lastRequest().find("secret") != std::string::npos);
    }

    void refusesToCarryABodyElsewhere() {
        ScriptedServer other(ScriptedServer::answer(ScriptedServer::ok("other")));
        int status = 307;
        ScriptedServer server([&](ScriptedServer& self, int fd, const std::string&) { return self.send(fd, ScriptedServer::redirect(other.url(), status)); });
        OutgoingRequest request = get(server.url());
        request.method = "POST";
        request.body = "secret";
        request.redirects = 1;
        CPPUNIT_ASSERT(failure(http_, request).find("to another host") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(0, other.connections());
        status = 303;
        CPPUNIT_ASSERT_EQUAL(std::string("other"), http_.send(request).body);
        CPPUNIT_ASSERT(other.lastRequest().starts_with("GET / ") && other.lastRequest().find("secret") == std::string::npos);
    }

    void refusesHeaderInjection() {
        ScriptedServer server(ScriptedServer::answer(ScriptedServer::ok("x")));
        for (const auto& header : {std::pair<std::string, std::string>("X", "a\r\nY: b"), {"X\r\nY", "b"}, {"X", std::string("a\0b", 3)}, {"", "x"}, {"X:", "x"}}) {
            OutgoingRequest request = get(server.url());
            request.headers = {header};
            CPPUNIT_ASSERT(!failure(http_, request).empty());
        }
        OutgoingRequest request = get(server.url());
        request.method = "GET / HTTP/1.1\r\nX: y";
        CPPUNIT_ASSERT(!failure(http_, request).empty());
        CPPUNIT_ASSERT_EQUAL(0, server.connections());
    }

    void usesProxiesForTrustedRequestsOnly() {
        ScriptedServer proxy(ScriptedServer::answer(ScriptedServer::ok("proxied")));
        ScriptedServer server(ScriptedServer::answer(ScriptedServer::ok("direct")));
        OutgoingConfig config = test::allowing({"127.0.0.0/8"});
        config.httpProxy = proxy.url("");
        CurlHttp http(config);
        CPPUNIT_ASSERT_EQUAL(std::string("proxied"), http.send(get("http://no-such-name.invalid/x")).body);
        CPPUNIT_ASSERT(proxy.lastRequest().starts_with("GET http://no-such-name.invalid/x HTTP/1.1\r\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("direct"), http.send(get(server.url(), true)).body);
        config.noProxy = "127.0.0.1";
        CurlHttp excepting(config);
        CPPUNIT_ASSERT_EQUAL(std::string("direct"), excepting.send(get(server.url())).body);
        // The environment counts at start only, and by OutgoingConfig.
        ::setenv("http_proxy", proxy.url("").c_str(), 1);
        ::setenv("all_proxy", proxy.url("").c_str(), 1);
        CPPUNIT_ASSERT_EQUAL(std::string("direct"), http_.send(get(server.url())).body);
        config.readEnvironment();
        CPPUNIT_ASSERT_EQUAL(proxy.url(""), config.httpProxy);
        ::unsetenv("http_proxy");
        ::unsetenv("all_proxy");
    }

    void neverNamesPathsInMessages() {
        OutgoingRequest request = get("http://127.0.0.1:" + std::to_string(latchkey::test::freePort()) + "/path?token=secret");
        const std::string message = failure(http_, request);
        CPPUNIT_ASSERT(!message.empty());
        CPPUNIT_ASSERT(message.find("secret") == std::string::npos);
        CPPUNIT_ASSERT(failure(http_, get("http://user:secret@127.0.0.1/")).find("secret") == std::string::npos);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RequestsTest);

}  // namespace latchkey::outgoing
