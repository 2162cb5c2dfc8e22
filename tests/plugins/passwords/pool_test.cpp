// SPDX-License-Identifier: Apache-2.0
#include "kernel/error.h"
#include "plugins/passwords/hashing_pool.h"
#include "tests/support/process.h"

#include <algorithm>
#include <sys/resource.h>

namespace latchkey::passwords {

class HashingPoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HashingPoolTest);
    CPPUNIT_TEST(doesTheWorkOnThreadsThatYield);
    CPPUNIT_TEST(givesBackWhatWasThrown);
    CPPUNIT_TEST(refusesWhenFullAndRecovers);
    CPPUNIT_TEST(refusesWhoWouldWaitTooLong);
    CPPUNIT_TEST(takesTurnsInTheOrderOfArrival);
    CPPUNIT_TEST(neverRunsMoreAtOnceThanThreads);
    CPPUNIT_TEST_SUITE_END();

    void doesTheWorkOnThreadsThatYield() {
        HashingPool pool(1, 4);
        std::thread::id other;
        int nice = 0;
        const int before = ::getpriority(PRIO_PROCESS, 0);
        pool.run([&] {
            other = std::this_thread::get_id();
            nice = ::getpriority(PRIO_PROCESS, 0);
        });
        CPPUNIT_ASSERT(other != std::this_thread::get_id());
        CPPUNIT_ASSERT(nice > before || before >= 10);
        CPPUNIT_ASSERT_EQUAL(before, ::getpriority(PRIO_PROCESS, 0));
    }

    void givesBackWhatWasThrown() {
        HashingPool pool(1, 1);
        CPPUNIT_ASSERT_THROW(pool.run([] { throw Error("x"); }), Error);
        bool ran = false;
        pool.run([&] { ran = true; });
        CPPUNIT_ASSERT(ran);
    }

    void refusesWhenFullAndRecovers() {
        HashingPool pool(1, 3);
        std::atomic<bool> open{false};
        std::atomic<int> done{0};
        std::vector<std::thread> callers;
        for (int i = 0; i < 3; ++i) {
            callers.emplace_back([&] {
                pool.run([&] { CPPUNIT_ASSERT(latchkey::test::eventually([&] { return open.load(); }, 60'000)); });
                ++done;
            });
        }
        const bool full = latchkey::test::eventually([&] { return pool.figures().inside == 3; }, 30'000);
        bool refused = false;
        try {
            pool.run([] {});
        } catch (const Unavailable&) {
            refused = true;
        }
        open = true;
        for (std::thread& each : callers) each.join();
        CPPUNIT_ASSERT(full && refused);
        CPPUNIT_ASSERT_EQUAL(3, done.load());
        pool.run([] {});
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), pool.figures().refused);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(4), pool.figures().done);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pool.figures().inside);
    }

    void refusesWhoWouldWaitTooLong() {
        HashingPool pool(1, 100, std::chrono::milliseconds(50));
        pool.run([] { latchkey::test::sleepMs(120); });  // from now on, that is what one is thought to take
        std::atomic<bool> open{false};
        std::thread caller([&] { pool.run([&] { CPPUNIT_ASSERT(latchkey::test::eventually([&] { return open.load(); }, 60'000)); }); });
        const bool inside = latchkey::test::eventually([&] { return pool.figures().inside == 1; }, 30'000);
        int retryAfter = 0;
        try {
            pool.run([] {});
        } catch (const Unavailable& refusal) {
            retryAfter = refusal.retryAfterSeconds();
        }
        open = true;
        caller.join();
        CPPUNIT_ASSERT(inside);
        CPPUNIT_ASSERT_EQUAL(1, retryAfter);
    }

    void takesTurnsInTheOrderOfArrival() {
        HashingPool pool(1, 100);
        std::atomic<bool> open{false};
        std::vector<int> order;  // written by the pool's only thread
        std::vector<std::thread> callers;
        callers.emplace_back([&] { pool.run([&] { CPPUNIT_ASSERT(latchkey::test::eventually([&] { return open.load(); }, 60'000)); }); });
        for (int i = 0; i < 20; ++i) {
            if (!latchkey::test::eventually([&] { return pool.figures().inside == callers.size(); }, 30'000)) break;
            callers.emplace_back([&, i] { pool.run([&, i] { order.push_back(i); }); });
        }
        const bool all = latchkey::test::eventually([&] { return pool.figures().inside == 21; }, 30'000);
        open = true;
        for (std::thread& each : callers) each.join();
        CPPUNIT_ASSERT(all && order.size() == 20);
        CPPUNIT_ASSERT(std::is_sorted(order.begin(), order.end()));
    }

    void neverRunsMoreAtOnceThanThreads() {
        HashingPool pool(2, 50);
        std::atomic<int> running{0};
        std::atomic<int> most{0};
        std::vector<std::thread> callers;
        for (int i = 0; i < 16; ++i) {
            callers.emplace_back([&] {
                pool.run([&] {
                    const int now = ++running;
                    for (int seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) continue;
                    latchkey::test::sleepMs(3);
                    --running;
                });
            });
        }
        for (std::thread& each : callers) each.join();
        CPPUNIT_ASSERT(most.load() >= 1 && most.load() <= 2);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HashingPoolTest);

}  // namespace latchkey::passwords
