// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/remote_key_sets.h"
#include "kernel/long_wait.h"
#include "tests/plugins/outgoing-http/support.h"
#include "tests/support/process.h"

namespace latchkey::outgoing {

using test::failure;
using test::get;
using test::ScriptedServer;

namespace {

// A byte each few milliseconds, for ever.
bool drip(ScriptedServer& server, int fd, const std::string&) {
    server.send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n");
    while (!server.stopping() && server.send(fd, "{")) latchkey::test::sleepMs(20);
    return false;
}

// 1 GiB, honestly announced or not.
bool flood(ScriptedServer& server, int fd, const std::string& request) {
    server.send(fd, request.starts_with("GET /honest") ? "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n" : "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    const std::string chunk(1 << 20, 'x');
    for (int i = 0; i < 1024 && server.send(fd, chunk); ++i) continue;
    return false;
}

}  // namespace

class SlowHostsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SlowHostsTest);
    CPPUNIT_TEST(attack5_endsADripAtTheDeadline);
    CPPUNIT_TEST(attack5_readsNoMoreThanAllowed);
    CPPUNIT_TEST(attack5_slowHostsStarveNobody);
    CPPUNIT_TEST(saysThatItWaits);
    CPPUNIT_TEST_SUITE_END();

    void attack5_endsADripAtTheDeadline() {
        ScriptedServer server(drip);
        CurlHttp http{test::allowing({"127.0.0.0/8"})};
        OutgoingRequest request = get(server.url(), true);
        request.timeoutMs = 400;
        const std::int64_t begun = latchkey::test::nowMs();
        CPPUNIT_ASSERT(failure(http, request).find("in time") != std::string::npos);
        CPPUNIT_ASSERT(latchkey::test::nowMs() - begun >= 390);
    }

    void attack5_readsNoMoreThanAllowed() {
        ScriptedServer server(flood);
        CurlHttp http{test::allowing({"127.0.0.0/8"})};
        for (const char* path : {"/honest", "/lying"}) {
            CPPUNIT_ASSERT(failure(http, get(server.url(path), true)).find("larger than 65536 bytes") != std::string::npos);
        }
    }

    void saysThatItWaits() {
        struct Noting final : LongWaits {
            void begin() noexcept override { ++begun; }
            void end() noexcept override { ++ended; }
            int begun = 0, ended = 0;
        } noting;
        ScriptedServer good(ScriptedServer::answer(ScriptedServer::ok("good")));
        CurlHttp http{test::allowing({})};
        LongWaits::ofThisThread(&noting);
        const std::string body = http.send(get(good.url())).body;
        const std::string refused = failure(http, get(good.url(), true));
        LongWaits::ofThisThread(nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("good"), body);
        CPPUNIT_ASSERT(!refused.empty());
        CPPUNIT_ASSERT_EQUAL(2, noting.begun);
        CPPUNIT_ASSERT_EQUAL(2, noting.ended);
    }

    // 20 clients with 20 dripping key sets: as many as are allowed at once hold a thread; the others are refused at once, and
    // requests of our own go on.
    void attack5_slowHostsStarveNobody() {
        ScriptedServer slow(drip);
        ScriptedServer good(ScriptedServer::answer(ScriptedServer::ok("good")));
        OutgoingConfig config = test::allowing({"127.0.0.0/8"});
        config.untrustedAtOnce = 4;
        CurlHttp http{config};
        jose::RemoteKeySets sets(http);
        std::atomic<int> refused{0};
        std::atomic<int> late{0};
        std::vector<std::thread> clients;
        for (int i = 0; i < 20; ++i) {
            clients.emplace_back([&, i] {
                try {
                    sets.get(slow.url("/" + std::to_string(i)));
                } catch (const OutgoingHttpError& error) {
                    ++(std::string(error.what()).find("too many") != std::string::npos ? refused : late);
                }
            });
        }
        CPPUNIT_ASSERT(latchkey::test::eventually([&] { return slow.requests() + refused.load() >= 20; }, 60'000));
        CPPUNIT_ASSERT_EQUAL(std::string("good"), http.send(get(good.url())).body);
        for (std::thread& each : clients) each.join();
        CPPUNIT_ASSERT_EQUAL(20, refused.load() + late.load());
        CPPUNIT_ASSERT(late.load() >= 4);
        CPPUNIT_ASSERT_EQUAL(late.load(), slow.requests());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SlowHostsTest);

}  // namespace latchkey::outgoing
