// SPDX-License-Identifier: Apache-2.0
#include "kernel/log.h"
#include "plugins/http/unavailable_log.h"
#include "tests/plugins/http/test_front.h"

#include <mutex>
#include <vector>

using namespace latchkey;
using namespace latchkey::http;
using namespace latchkey::http::test;

class HttpUnavailableLogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpUnavailableLogTest);
    CPPUNIT_TEST(tellsTheFirstAtOnceAndTheRestAsACount);
    CPPUNIT_TEST(beginsAnewAfterASilentInterval);
    CPPUNIT_TEST(tellsEachWhoeverLooksClosely);
    CPPUNIT_TEST(aFloodOfBusyAnswersMakesTwoWarnings);
    CPPUNIT_TEST(aPageThatAsksToComeBackIsNoFailure);
    CPPUNIT_TEST_SUITE_END();

    static constexpr std::int64_t kInterval = UnavailableLog::kIntervalMs;

    void listen(const char* filter) {
        log::configure(filter, log::Format::text);
        log::setSink([](std::string_view line, void* self) {
            auto& test = *static_cast<HttpUnavailableLogTest*>(self);
            const std::lock_guard lock(test.mutex_);
            test.lines_.emplace_back(line);
        }, this);
    }

    std::size_t count(const std::string& part) {
        const std::lock_guard lock(mutex_);
        std::size_t found = 0;
        for (const std::string& line : lines_) found += line.find(part) != std::string::npos ? 1 : 0;
        return found;
    }

    static void add(UnavailableLog& log, int times, std::int64_t nowMs) {
        Request request;
        request.id = "REQUEST";
        for (int i = 0; i < times; ++i) log.add(request, "/login", "busy", nowMs);
    }

    void tellsTheFirstAtOnceAndTheRestAsACount() {
        listen("info");
        UnavailableLog log;
        add(log, 1000, 1);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), count("http.unavailable - busy request_id=REQUEST route=/login"));
        log.tick(kInterval);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), lines_.size());
        log.tick(kInterval + 1);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), count("http.unavailable - busy more=999 route=/login"));
        add(log, 5, kInterval + 2);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), lines_.size());
        log.tick(2 * kInterval + 1);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), count("more=5"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), lines_.size());
    }

    void beginsAnewAfterASilentInterval() {
        listen("info");
        UnavailableLog log;
        add(log, 1, 1);
        log.tick(kInterval + 1);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), lines_.size());
        add(log, 1, kInterval + 2);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), count("request_id=REQUEST"));
    }

    void tellsEachWhoeverLooksClosely() {
        listen("debug");
        UnavailableLog log;
        add(log, 3, 1);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), count("request_id=REQUEST"));
    }

    void aFloodOfBusyAnswersMakesTwoWarnings() {
        TestFront server;
        listen("warn");
        Wire client(server.address());
        for (int i = 0; i < 100; ++i) CPPUNIT_ASSERT_EQUAL(503, client.get("/unavailable").status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), count(""));
        server.front.reset();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), count("http.unavailable - the database is away more=99 route=/unavailable"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), count(""));
    }

    void aPageThatAsksToComeBackIsNoFailure() {
        TestFront server;
        listen("warn");
        CPPUNIT_ASSERT_EQUAL(503, Wire(server.address()).get("/not-now").status);
        server.front.reset();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), count(""));
    }

    std::mutex mutex_;
    std::vector<std::string> lines_;

public:
    void tearDown() override {
        log::configure("off", log::Format::text);
        log::setSink(nullptr, nullptr);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpUnavailableLogTest);
