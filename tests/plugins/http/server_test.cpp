// SPDX-License-Identifier: Apache-2.0
#include "kernel/metrics.h"
#include "tests/plugins/http/test_front.h"

#include <thread>

using namespace latchkey;
using namespace latchkey::http::test;

class HttpServerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpServerTest);
    CPPUNIT_TEST(answersOnAKeptConnection);
    CPPUNIT_TEST(answersPipelinedRequestsInOrder);
    CPPUNIT_TEST(answersRequestsThatArriveByteByByte);
    CPPUNIT_TEST(answersHeadWithoutABody);
    CPPUNIT_TEST(namesTheAllowedMethods);
    CPPUNIT_TEST(answersPreflights);
    CPPUNIT_TEST(answersUnknownPathsWithAPage);
    CPPUNIT_TEST(asksTheSurfaceThatHasPagesForTheFormOfItsOwnErrors);
    CPPUNIT_TEST(refusesMalformedPaths);
    CPPUNIT_TEST(readsBodiesOfBothKinds);
    CPPUNIT_TEST(continuesWhenAsked);
    CPPUNIT_TEST(refusesLargeBodiesUnread);
    CPPUNIT_TEST(neverTakesABodyForARequest);
    CPPUNIT_TEST(closesAfterMalformedRequests);
    CPPUNIT_TEST(attack32_catchesWhateverAHandlerThrows);
    CPPUNIT_TEST(sendsNoHeaderThatWouldSplit);
    CPPUNIT_TEST(followsTheKeepAliveRules);
    CPPUNIT_TEST(answersAClientThatHalfCloses);
    CPPUNIT_TEST(serves10LargeAnswersToSlowReaders);
    CPPUNIT_TEST(servesOthersWhileManyWaitForLong);
    CPPUNIT_TEST(takesRequestIdsFromProxiesOnly);
    CPPUNIT_TEST(mountsBelowThePrefix);
    CPPUNIT_TEST(countsWhatItServes);
    CPPUNIT_TEST_SUITE_END();

    void answersOnAKeptConnection() {
        const TestFront server;
        Wire client(server.address());
        for (int i = 0; i < 3; ++i) {
            const Answer answer = client.get("/hello?code=secret");
            CPPUNIT_ASSERT_EQUAL(200, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string("hello"), answer.body);
            CPPUNIT_ASSERT_EQUAL(std::string("nosniff"), answer.header("X-Content-Type-Options"));
            CPPUNIT_ASSERT_EQUAL(std::size_t(26), answer.header("X-Request-Id").size());
            CPPUNIT_ASSERT_EQUAL(std::size_t(29), answer.header("Date").size());
            CPPUNIT_ASSERT(!answer.headers.has("Connection"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), server.front->connections());
    }

    void answersPipelinedRequestsInOrder() {
        const TestFront server;
        Wire client(server.address());
        std::string requests;
        for (int i = 0; i < 500; ++i) requests += "GET /item/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        std::thread sender([&] { client.send(requests); });
        for (int i = 0; i < 500; ++i) CPPUNIT_ASSERT_EQUAL(std::to_string(i), client.read().body);
        sender.join();
    }

    void answersRequestsThatArriveByteByByte() {
        const TestFront server;
        Wire client(server.address());
        for (const char c : std::string("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")) client.send(std::string(1, c));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), client.read().body);
    }

    void answersHeadWithoutABody() {
        const TestFront server;
        Wire client(server.address());
        client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        const Answer head = client.read(true);
        CPPUNIT_ASSERT_EQUAL(200, head.status);
        CPPUNIT_ASSERT_EQUAL(std::string("5"), head.header("Content-Length"));
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), client.get("/hello").body);
        const Answer none = client.get("/none");
        CPPUNIT_ASSERT_EQUAL(204, none.status);
        CPPUNIT_ASSERT(!none.headers.has("Content-Length"));
    }

    void namesTheAllowedMethods() {
        const TestFront server;
        Wire client(server.address());
        for (const char* method : {"PUT", "DELETE", "TRACE", "FOO"}) {
            client.send(std::string(method) + " /hello HTTP/1.1\r\nHost: a\r\n\r\n");
            const Answer answer = client.read();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(method, 405, answer.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(method, std::string("GET, HEAD, OPTIONS"), answer.header("Allow"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(method, std::string(), answer.body);
        }
        client.send("OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        const Answer options = client.read();
        CPPUNIT_ASSERT_EQUAL(204, options.status);
        CPPUNIT_ASSERT_EQUAL(std::string("GET, HEAD, OPTIONS"), options.header("Allow"));
        client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(204, client.read().status);
        client.send("PATCH /any HTTP/1.1\r\nHost: a\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("PATCH"), client.read().body);
        client.send("TRACE /any HTTP/1.1\r\nHost: a\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(405, client.read().status);
    }

    void answersPreflights() {
        const TestFront server;
        Wire client(server.address());
        client.send("OPTIONS /cors HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\nAccess-Control-Request-Method: GET\r\n\r\n");
        const Answer preflight = client.read();
        CPPUNIT_ASSERT_EQUAL(200, preflight.status);
        CPPUNIT_ASSERT_EQUAL(std::string(), preflight.body);
        CPPUNIT_ASSERT_EQUAL(std::string("*"), preflight.header("Access-Control-Allow-Methods"));
        CPPUNIT_ASSERT_EQUAL(std::string("authorization, accept"), preflight.header("Access-Control-Allow-Headers"));
        CPPUNIT_ASSERT_EQUAL(std::string("3600"), preflight.header("Access-Control-Max-Age"));
        for (const char* method : {"GET", "DELETE"}) {
            client.send(std::string(method) + " /cors HTTP/1.1\r\nHost: a\r\n\r\n");
            const Answer answer = client.read();
            CPPUNIT_ASSERT_EQUAL(std::string("*"), answer.header("Access-Control-Allow-Origin"));
            CPPUNIT_ASSERT_EQUAL(std::string("origin, access-control-request-method, access-control-request-headers"), answer.header("Vary"));
        }
        CPPUNIT_ASSERT(!client.get("/hello").headers.has("Access-Control-Allow-Origin"));
    }

    void answersUnknownPathsWithAPage() {
        const TestFront server;
        Wire client(server.address());
        const Answer page = client.get("/<script>&x?<y>");
        CPPUNIT_ASSERT_EQUAL(404, page.status);
        CPPUNIT_ASSERT_EQUAL(std::string("text/html; charset=utf-8"), page.header("Content-Type"));
        CPPUNIT_ASSERT(page.body.find("/&lt;script&gt;&amp;x<") != std::string::npos);
        CPPUNIT_ASSERT(page.body.find("<y>") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("same-origin"), page.header("Referrer-Policy"));
        CPPUNIT_ASSERT(page.header("Content-Security-Policy").find("frame-ancestors 'none'") != std::string::npos);
        CPPUNIT_ASSERT(client.get("/x", "Accept: application/json\r\n").header("Content-Type").starts_with("text/plain"));
        CPPUNIT_ASSERT(client.get("/x", "Accept: application/json, */*;q=0.1\r\n").header("Content-Type").starts_with("text/html"));
    }

    void asksTheSurfaceThatHasPagesForTheFormOfItsOwnErrors() {
        const TestFront server({}, {}, 4, "[{host: 127.0.0.1, port: 0}]", true);
        Wire client(server.address());
        const Answer missing = client.get("/nowhere");
        CPPUNIT_ASSERT(missing.status == 404 && missing.body == R"({"problem":"Not Found"})");
        const Answer malformed = client.get("/item/%");
        CPPUNIT_ASSERT(malformed.status == 400 && malformed.body == R"({"problem":"Bad Request"})");
        CPPUNIT_ASSERT_EQUAL(std::string("Not Found\n"), client.get("/nowhere", "Accept: application/json\r\n").body);
        client.send("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        const Answer refused = client.read();
        CPPUNIT_ASSERT(refused.status == 405 && refused.body == R"({"problem":"Method Not Allowed"})");
        CPPUNIT_ASSERT_EQUAL(std::string("GET, HEAD, OPTIONS"), refused.header("Allow"));
    }

    void refusesMalformedPaths() {
        const TestFront server;
        Wire client(server.address());
        for (const char* path : {"/item/%", "/item/%0", "/item/%00", "/item/%ff"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 400, client.get(path).status);
        CPPUNIT_ASSERT_EQUAL(std::string("\xc3\xa4/b"), client.get("/item/%c3%a4%2Fb").body);
        CPPUNIT_ASSERT_EQUAL(404, client.get("/item/../hello").status);
    }

    void readsBodiesOfBothKinds() {
        const TestFront server;
        Wire client(server.address());
        const std::string body(700'000, 'b');
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 700000\r\n\r\n" + body);
        CPPUNIT_ASSERT(client.read().body == body);
        std::string chunks;
        for (int i = 0; i < 700; ++i) chunks += "3e8\r\n" + body.substr(0, 1000) + "\r\n";
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        CPPUNIT_ASSERT(client.read().body == body);
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), client.read().body);
    }

    void continuesWhenAsked() {
        const TestFront server;
        Wire client(server.address());
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(100, client.read().status);
        client.send("ok");
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), client.read().body);
        client.send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(413, client.read().status);
    }

    void refusesLargeBodiesUnread() {
        const TestFront server;
        for (const char* framing : {"Content-Length: 11\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nb\r\n"}) {
            Wire client(server.address());
            client.send(std::string("POST /small HTTP/1.1\r\nHost: a\r\n") + framing);
            const Answer answer = client.read();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(framing, 413, answer.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(framing, std::string("close"), answer.header("Connection"));
            CPPUNIT_ASSERT_MESSAGE(framing, answer.body.starts_with("{\"problem\":"));
        }
        // The client is still sending when it is refused; it must see the answer all the same.
        Wire eager(server.address());
        eager.send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n" + std::string(3'000'000, 'x'));
        CPPUNIT_ASSERT_EQUAL(413, eager.read().status);
    }

    void neverTakesABodyForARequest() {
        const TestFront server;
        const std::string smuggled = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
        for (const char* start : {"POST /unknown", "PUT /hello", "OPTIONS /hello", "GET /%"}) {
            Wire client(server.address());
            client.send(std::string(start) + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(smuggled.size()) + "\r\n\r\n" + smuggled);
            const std::string all = client.readToEnd();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(all, all.find("HTTP/1.1 "), all.rfind("HTTP/1.1 "));
            CPPUNIT_ASSERT_MESSAGE(all, all.find("Connection: close") != std::string::npos);
        }
        Wire get(server.address());  // a GET with a body: read, and dropped by the handler
        get.send("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 32\r\n\r\nGET /throw HTTP/1.1\r\nHost: a\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(200, get.read().status);
        CPPUNIT_ASSERT_EQUAL(200, get.get("/hello").status);
    }

    void closesAfterMalformedRequests() {
        const TestFront server;
        for (const char* bad : {"GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
            Wire client(server.address());
            client.send(std::string(bad) + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
            const std::string all = client.readToEnd();
            CPPUNIT_ASSERT_MESSAGE(bad, all.starts_with("HTTP/1.1 400 ") || all.starts_with("HTTP/1.1 505 "));
            CPPUNIT_ASSERT_MESSAGE(bad, all.find("hello") == std::string::npos);
        }
    }

    void attack32_catchesWhateverAHandlerThrows() {
        const TestFront server;
        Wire client(server.address());
        for (const char* path : {"/throw", "/throw-int"}) {
            const Answer answer = client.get(path);
            CPPUNIT_ASSERT_EQUAL(500, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string("{\"problem\":\"Internal Server Error\"}"), answer.body);
        }
        const Answer away = client.get("/unavailable");
        CPPUNIT_ASSERT_EQUAL(503, away.status);
        CPPUNIT_ASSERT_EQUAL(std::string("5"), away.header("Retry-After"));
        const Answer refused = client.get("/refuse");
        CPPUNIT_ASSERT_EQUAL(403, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("{\"problem\":\"Not for you\"}"), refused.body);
        CPPUNIT_ASSERT_EQUAL(200, client.get("/hello").status);
    }

    void sendsNoHeaderThatWouldSplit() {
        const TestFront server;
        Wire client(server.address());
        const Answer answer = client.get("/split");
        CPPUNIT_ASSERT_EQUAL(500, answer.status);
        CPPUNIT_ASSERT(!answer.headers.has("Set-Cookie"));
    }

    void followsTheKeepAliveRules() {
        const TestFront server;
        Wire closing(server.address());
        CPPUNIT_ASSERT_EQUAL(std::string("close"), closing.get("/hello", "Connection: close\r\n").header("Connection"));
        CPPUNIT_ASSERT(closing.closed());
        Wire old(server.address());
        old.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("keep-alive"), old.read().header("Connection"));
        old.send("GET /hello HTTP/1.0\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), old.read().body);
        CPPUNIT_ASSERT(old.closed());
    }

    void answersAClientThatHalfCloses() {
        const TestFront server;
        Wire client(server.address());
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        client.finish();
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), client.read().body);
        CPPUNIT_ASSERT(client.closed());
        CPPUNIT_ASSERT(server.awaitConnections(0));
    }

    // Answers that do not fit the socket wait in the connection, not in a worker: two workers, ten readers that do not read.
    void serves10LargeAnswersToSlowReaders() {
        const TestFront server({}, {}, 2);
        std::vector<std::unique_ptr<Wire>> slow;
        for (int i = 0; i < 10; ++i) {
            slow.push_back(std::make_unique<Wire>(server.address()));
            slow.back()->send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        Wire quick(server.address());
        for (int i = 0; i < 20; ++i) CPPUNIT_ASSERT_EQUAL(200, quick.get("/hello").status);
        for (const auto& each : slow) {
            const Answer answer = each->read();
            CPPUNIT_ASSERT_EQUAL(std::size_t(8 << 20), answer.body.size());
        }
    }

    void servesOthersWhileManyWaitForLong() {
        TestFront server({}, {}, 2);
        std::vector<std::unique_ptr<Wire>> waiting;
        for (int i = 0; i < 20; ++i) {
            waiting.push_back(std::make_unique<Wire>(server.address()));
            waiting.back()->send("GET /long-wait HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        server.surface.awaitWaiting(20);
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), Wire(server.address()).get("/hello").body);
        server.surface.open();
        for (const auto& each : waiting) CPPUNIT_ASSERT_EQUAL(std::string("waited"), each->read().body);
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), Wire(server.address()).get("/hello").body);
    }

    void takesRequestIdsFromProxiesOnly() {
        const TestFront trusting;
        Wire proxy(trusting.address());
        CPPUNIT_ASSERT_EQUAL(std::string("abc-123"), proxy.get("/hello", "X-Request-Id: abc-123\r\n").header("X-Request-Id"));
        CPPUNIT_ASSERT(proxy.get("/hello", "X-Request-Id: a b\r\n").header("X-Request-Id") != "a b");
        CPPUNIT_ASSERT(proxy.get("/hello", "X-Request-Id: " + std::string(65, 'a') + "\r\n").header("X-Request-Id").size() == 26);
        CPPUNIT_ASSERT(proxy.get("/who", "X-Forwarded-For: 203.0.113.5\r\n").body.starts_with("203.0.113.5 plain web"));
    }

    void mountsBelowThePrefix() {
        const TestFront server("prefix: /auth");
        Wire client(server.address());
        CPPUNIT_ASSERT_EQUAL(200, client.get("/auth/hello").status);
        CPPUNIT_ASSERT(client.get("/auth/who").body.ends_with(" /who"));
        for (const char* path : {"/hello", "/auth", "/authhello", "/auth//hello", "//auth/hello"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 404, client.get(path).status);
    }

    void countsWhatItServes() {
        const TestFront server;
        {
            Wire client(server.address());
            client.get("/hello");
            client.get("/nothing");
            client.send("x\n");
            client.readToEnd();
        }
        CPPUNIT_ASSERT(server.awaitConnections(0));
        MetricsWriter writer;
        http::writeMetrics(writer, server.front->metrics());
        const std::string& text = writer.text();
        for (const char* line : {"latchkey_http_requests_total{listener=\"web\",status=\"2xx\"} 1\n", "latchkey_http_requests_total{listener=\"web\",status=\"4xx\"} 2\n",
                                 "latchkey_http_connections_accepted_total{listener=\"web\"} 1\n", "latchkey_http_connections_open{listener=\"web\"} 0\n",
                                 "latchkey_http_requests_in_flight{listener=\"web\"} 0\n", "latchkey_http_parse_errors_total{listener=\"web\"} 1\n",
                                 "latchkey_http_request_duration_seconds_count{listener=\"web\"} 3\n", "http_server_duration_count{mas_listener_name=\"web\"} 3\n",
                                 "latchkey_http_request_duration_seconds_bucket{listener=\"web\",le=\"0.0025\"} ", "http_server_duration_bucket{mas_listener_name=\"web\",le=\"2.5\"} ",
                                 "http_server_active_requests{mas_listener_name=\"web\"} 0\n"}) {
            CPPUNIT_ASSERT_MESSAGE(line + text, text.find(line) != std::string::npos);
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HttpServerTest);
