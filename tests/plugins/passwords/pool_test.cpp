// SPDX-License-Identifier: Apache-2.0
#include "kernel/error.h"
#include "plugins/passwords/hashing_pool.h"
#include "tests/support/process.h"

#include <sys/resource.h>

namespace latchkey::passwords {

class HashingPoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HashingPoolTest);
    CPPUNIT_TEST(doesTheWorkOnThreadsThatYield);
    CPPUNIT_TEST(givesBackWhatWasThrown);
    CPPUNIT_TEST(refusesWhenFullAndRecovers);
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
