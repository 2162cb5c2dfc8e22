// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/workers.h"
#include "tests/support/process.h"

#include <cppunit/extensions/HelperMacros.h>
#include <semaphore>

using latchkey::LongWait;
using latchkey::http::Workers;
using latchkey::test::eventually;

namespace {

/// Workers that take pieces of work, each of which is a long wait until it is let go.
class Waiters {
public:
    Waiters(unsigned atWork, unsigned spares, std::chrono::milliseconds idle) : workers(atWork, [this] { live(); }, spares, idle) { workers.start(); }
    ~Waiters() {
        stopping = true;
        work.release(1000);
        gate.release(1000);
        workers.join();
    }

    bool awaitWaiting(int count) {
        return eventually([&] { return waiting == count; }, 30'000);
    }
    bool awaitThreads(unsigned count) {
        return eventually([&] { return workers.threads() == count; }, 30'000);
    }

    std::atomic<bool> stopping{false};
    std::atomic<int> waiting{0};
    std::counting_semaphore<100'000> work{0}, gate{0};
    Workers workers;

private:
    void live() {
        while (workers.stay()) {
            work.acquire();
            if (stopping) return;
            const LongWait wait;
            ++waiting;
            gate.acquire();
            --waiting;
        }
    }
};

}  // namespace

class WorkersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WorkersTest);
    CPPUNIT_TEST(anotherTakesThePlaceOfOneThatWaits);
    CPPUNIT_TEST(thoseThatAreTooManyEnd);
    CPPUNIT_TEST(thoseThatStandAsideAreCalledBack);
    CPPUNIT_TEST(thereIsALimit);
    CPPUNIT_TEST(waitsOfOtherThreadsAreNobodysBusiness);
    CPPUNIT_TEST_SUITE_END();

    void anotherTakesThePlaceOfOneThatWaits() {
        Waiters all(2, 50, std::chrono::seconds(60));
        all.work.release(20);
        CPPUNIT_ASSERT(all.awaitWaiting(20));
        CPPUNIT_ASSERT_EQUAL(22u, all.workers.threads());
    }

    void thoseThatAreTooManyEnd() {
        Waiters all(2, 50, std::chrono::milliseconds(20));
        all.work.release(20);
        CPPUNIT_ASSERT(all.awaitWaiting(20));
        all.gate.release(20);
        CPPUNIT_ASSERT(all.awaitWaiting(0));
        CPPUNIT_ASSERT(all.awaitThreads(2));
        all.work.release(5);  // and the two that stayed have others take their places again
        CPPUNIT_ASSERT(all.awaitWaiting(5));
    }

    void thoseThatStandAsideAreCalledBack() {
        Waiters all(1, 50, std::chrono::seconds(60));
        for (int round = 0; round < 200; ++round) {
            all.work.release(8);
            CPPUNIT_ASSERT(all.awaitWaiting(8));
            all.gate.release(8);
            CPPUNIT_ASSERT(all.awaitWaiting(0));
        }
        CPPUNIT_ASSERT(all.workers.threads() <= 10);
    }

    void thereIsALimit() {
        Waiters all(1, 3, std::chrono::seconds(60));
        all.work.release(10);
        CPPUNIT_ASSERT(all.awaitWaiting(4));
        latchkey::test::sleepMs(20);
        CPPUNIT_ASSERT_EQUAL(4, all.waiting.load());
        all.gate.release(6);
        CPPUNIT_ASSERT(all.awaitWaiting(4));
        all.gate.release(4);
        CPPUNIT_ASSERT(all.awaitWaiting(0));
    }

    void waitsOfOtherThreadsAreNobodysBusiness() {
        Waiters all(1, 3, std::chrono::seconds(60));
        const LongWait wait;
        CPPUNIT_ASSERT_EQUAL(1u, all.workers.threads());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WorkersTest);
