// SPDX-License-Identifier: Apache-2.0
#include "kernel/deadline.h"
#include "tests/plugins/http/test_front.h"
#include "tests/support/process.h"

#include <atomic>
#include <latch>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>

using namespace latchkey;
using namespace latchkey::http;
using namespace latchkey::http::test;

// Slow, silent and many connections, and the end of all of them.
class HttpConnectionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpConnectionsTest);
    CPPUNIT_TEST(servesOthersWhileManyAreSlow);
    CPPUNIT_TEST(holdsThousandsOfIdleConnections);
    CPPUNIT_TEST(endsSlowHeads);
    CPPUNIT_TEST(endsSlowBodies);
    CPPUNIT_TEST(endsReadersThatDoNotRead);
    CPPUNIT_TEST(endsIdleConnections);
    CPPUNIT_TEST(endsSilentOpenings);
    CPPUNIT_TEST(survivesWantOfDescriptors);
    CPPUNIT_TEST(finishesRunningRequestsWhenDraining);
    CPPUNIT_TEST(answersWhatHasArrivedWhenDraining);
    CPPUNIT_TEST(losesNoAnswerUnderLoad);
    CPPUNIT_TEST(refusesWhoComesWhileItDrains);
    CPPUNIT_TEST(dropsWhatIsLeftAtTheDeadline);
    CPPUNIT_TEST_SUITE_END();

    // Two workers and a hundred clients that stop in the middle: in the request line, a field, a chunk, an answer.
    void servesOthersWhileManyAreSlow() {
        const TestFront server({}, {}, 2);
        std::vector<std::unique_ptr<Wire>> slow;
        const char* parts[] = {"", "G", "GET /hello HTTP/1.1\r\nHos", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"};
        for (int i = 0; i < 100; ++i) {
            slow.push_back(std::make_unique<Wire>(server.address()));
            slow.back()->send(parts[i % 5]);
        }
        Wire quick(server.address());
        for (int i = 0; i < 50; ++i) CPPUNIT_ASSERT_EQUAL(200, quick.get("/hello").status);
        slow[3]->send("cdefghi");
        CPPUNIT_ASSERT_EQUAL(std::string("abcdefghi"), slow[3]->read().body);
        slow[2]->send("t: a\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), slow[2]->read().body);
    }

    void holdsThousandsOfIdleConnections() {
        const std::size_t files = raiseFileLimit();
        const std::size_t count = std::min<std::size_t>(files > 500 ? (files - 500) / 2 : 100, 9000);
        const TestFront server({}, {}, 4);
        std::vector<std::unique_ptr<Wire>> idle;
        for (std::size_t i = 0; i < count; ++i) {
            idle.push_back(std::make_unique<Wire>(server.address()));
            if (i % 10 == 0) CPPUNIT_ASSERT_EQUAL(200, idle.back()->get("/hello").status);
        }
        CPPUNIT_ASSERT(server.awaitConnections(count));
        Wire quick(server.address());
        for (int i = 0; i < 50; ++i) CPPUNIT_ASSERT_EQUAL(200, quick.get("/hello").status);
        for (std::size_t i = 0; i < count; i += 97) CPPUNIT_ASSERT_EQUAL(200, idle[i]->get("/hello").status);
        idle.clear();
        CPPUNIT_ASSERT(server.awaitConnections(1));
    }

    void endsSlowHeads() {
        Timeouts timeouts;
        timeouts.headMs = 50;
        const TestFront server({}, timeouts);
        Wire idle(server.address());
        Wire slow(server.address());
        slow.send("GET /hello HTTP/1.1\r\n");
        CPPUNIT_ASSERT(slow.closed());
        CPPUNIT_ASSERT_EQUAL(200, idle.get("/hello").status);
    }

    void endsSlowBodies() {
        Timeouts timeouts;
        timeouts.bodyMs = 50;
        const TestFront server({}, timeouts);
        Wire slow(server.address());
        slow.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
        CPPUNIT_ASSERT(slow.closed());
    }

    void endsReadersThatDoNotRead() {
        Timeouts timeouts;
        timeouts.writeMs = 50;
        timeouts.leastRate = 1 << 20;
        const TestFront server({}, timeouts);
        Wire slow(server.address());
        slow.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
        CPPUNIT_ASSERT(server.awaitConnections(1));
        CPPUNIT_ASSERT(server.awaitConnections(0));
    }

    void endsIdleConnections() {
        Timeouts timeouts;
        timeouts.idleMs = 50;
        const TestFront server({}, timeouts);
        Wire never(server.address());
        Wire once(server.address());
        CPPUNIT_ASSERT_EQUAL(200, once.get("/hello").status);
        CPPUNIT_ASSERT(once.closed());
        CPPUNIT_ASSERT(never.closed());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(0), server.front->metrics()[0]->timeouts.load());
    }

    void endsSilentOpenings() {
        Timeouts timeouts;
        timeouts.openingMs = 50;
        const TestFront server("proxy_protocol: true", timeouts);
        Wire silent(server.address());
        Wire slow(server.address());
        slow.send("PROXY TCP4 192.");
        CPPUNIT_ASSERT(silent.closed());
        CPPUNIT_ASSERT(slow.closed());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(2), server.front->metrics()[0]->timeouts.load());
    }

    // With no descriptor left the server waits, without spinning, and takes the connection when there is one again.
    void survivesWantOfDescriptors() {
        const TestFront server;
        Wire open(server.address());
        CPPUNIT_ASSERT_EQUAL(200, open.get("/hello").status);
        rlimit before{};
        ::getrlimit(RLIMIT_NOFILE, &before);
        const Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        std::vector<Fd> all;
        rlimit tight{static_cast<rlim_t>(client.get()) + 1, before.rlim_max};
        for (int fd = ::dup(0); fd >= 0 && fd < client.get(); fd = ::dup(0)) all.emplace_back(fd);
        ::setrlimit(RLIMIT_NOFILE, &tight);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server.address().substr(server.address().rfind(':') + 1))));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int connected = ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
        const Deadline patience(10'000);
        const auto& refused = server.front->metrics()[0]->refused;
        while (refused.load() == 0 && !patience.passed()) std::this_thread::yield();
        const int whileStarved = open.get("/hello").status;
        const std::uint64_t attempts = refused.load();
        ::setrlimit(RLIMIT_NOFILE, &before);
        all.clear();
        CPPUNIT_ASSERT_EQUAL(0, connected);
        CPPUNIT_ASSERT(attempts > 0 && attempts < 50);
        CPPUNIT_ASSERT_EQUAL(200, whileStarved);
        CPPUNIT_ASSERT(server.awaitConnections(2));
    }

    void finishesRunningRequestsWhenDraining() {
        TestFront server;
        Wire running(server.address());
        running.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        server.surface.awaitWaiting(1);
        const Deadline deadline(10'000);
        std::thread drain([&] { server.front->drain(deadline); });
        while (!server.front->draining()) std::this_thread::yield();
        server.surface.open();
        const Answer answer = running.read();
        drain.join();
        CPPUNIT_ASSERT_EQUAL(std::string("waited"), answer.body);
        CPPUNIT_ASSERT_EQUAL(std::string("close"), answer.header("Connection"));
        CPPUNIT_ASSERT(!deadline.passed());
        server.front->stop();
    }

    // Ten pipelined requests have arrived when the drain begins: ten answers, and only the last one closes.
    void answersWhatHasArrivedWhenDraining() {
        TestFront server;
        Wire client(server.address());
        std::string requests = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n";
        for (int i = 0; i < 9; ++i) requests += "GET /item/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        client.send(requests);
        server.surface.awaitWaiting(1);
        const Deadline deadline(10'000);
        std::thread drain([&] { server.front->drain(deadline); });
        server.surface.open();
        CPPUNIT_ASSERT_EQUAL(std::string("waited"), client.read().body);
        for (int i = 0; i < 9; ++i) {
            const Answer answer = client.read();
            CPPUNIT_ASSERT_EQUAL(std::to_string(i), answer.body);
            if (i < 8) CPPUNIT_ASSERT(!answer.headers.has("Connection"));
            // The drain may have begun after the last answer was on its way; then the connection is closed as idle.
        }
        CPPUNIT_ASSERT(client.closed());
        drain.join();
        CPPUNIT_ASSERT(!deadline.passed());
    }

    // Clients that send one request after the other never miss an answer: the last one says that it is the last.
    void losesNoAnswerUnderLoad() {
        TestFront server({}, {}, 8);
        std::atomic<int> lost{0}, answered{0};
        std::latch connected(16);
        std::vector<std::thread> clients;
        for (int i = 0; i < 16; ++i) {
            clients.emplace_back([&] {
                Wire client(server.address());
                client.get("/hello");
                connected.count_down();
                for (;;) {
                    const Answer answer = client.get("/hello");
                    if (answer.status != 200) ++lost;
                    else ++answered;
                    if (answer.status != 200 || answer.header("Connection") == "close") return;
                }
            });
        }
        connected.wait();
        while (answered < 1000) std::this_thread::yield();
        const Deadline deadline(10'000);
        server.front->drain(deadline);
        for (std::thread& each : clients) each.join();
        CPPUNIT_ASSERT_EQUAL(0, lost.load());
        CPPUNIT_ASSERT(!deadline.passed());
    }

    void refusesWhoComesWhileItDrains() {
        TestFront server;
        Wire running(server.address());
        running.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        server.surface.awaitWaiting(1);
        std::thread draining([&] { server.front->drain(Deadline(20'000)); });
        bool refused = false;
        for (int i = 0; i < 1000 && !refused; ++i) {
            try {
                Wire late(server.address());
                latchkey::test::sleepMs(10);
            } catch (const std::exception&) {
                refused = true;
            }
        }
        server.surface.open();
        CPPUNIT_ASSERT_EQUAL(std::string("waited"), running.read().body);
        draining.join();
        CPPUNIT_ASSERT(refused);
    }

    void dropsWhatIsLeftAtTheDeadline() {
        TestFront server;
        Wire slow(server.address());
        slow.send("GET /hello HTT");
        CPPUNIT_ASSERT(server.awaitConnections(1));
        const Deadline deadline(100);
        server.front->drain(deadline);
        CPPUNIT_ASSERT(slow.closed());
        server.front->stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), server.front->connections());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HttpConnectionsTest);
