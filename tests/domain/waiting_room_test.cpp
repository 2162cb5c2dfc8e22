// SPDX-License-Identifier: Apache-2.0
#include "domain/waiting_room.h"

#include "kernel/deadline.h"
#include "kernel/error.h"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <thread>
#include <vector>

namespace latchkey {

class WaitingRoomTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WaitingRoomTest);
    CPPUNIT_TEST(givesOutSoManySeatsAndTakesThemBack);
    CPPUNIT_TEST(turnsAwayAtOnceAfterAStandstill);
    CPPUNIT_TEST(lastsABurstOutWhileOthersLeave);
    CPPUNIT_TEST_SUITE_END();

public:
    void givesOutSoManySeatsAndTakesThemBack() {
        WaitingRoom room(2);
        auto first = room.tryEnter();
        {
            const auto moved = std::move(*first);
            const auto second = room.tryEnter();
            CPPUNIT_ASSERT(second && !room.tryEnter());
            CPPUNIT_ASSERT_EQUAL(2, room.taken());
        }
        first.reset();
        CPPUNIT_ASSERT_EQUAL(0, room.taken());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, room.turnedAway());
    }

    void turnsAwayAtOnceAfterAStandstill() {
        WaitingRoom room(1, Duration::milliseconds(50));
        const auto seat = room.enter();
        CPPUNIT_ASSERT_THROW(room.enter(), Unavailable);
        const std::int64_t began = monotonicMs();
        for (int i = 0; i < 100; ++i) CPPUNIT_ASSERT_THROW(room.enter(), Unavailable);
        CPPUNIT_ASSERT(monotonicMs() - began < 50 * 100);  // each of them would have waited as long as the first
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{101}, room.turnedAway());
    }

    void lastsABurstOutWhileOthersLeave() {
        WaitingRoom room(2, Duration::seconds(60));
        std::atomic<int> inside = 0, most = 0, served = 0;
        std::vector<std::thread> burst;
        for (int i = 0; i < 16; ++i) {
            burst.emplace_back([&] {
                const auto seat = room.enter();
                const int now = ++inside;
                for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
                std::this_thread::yield();
                --inside, ++served;
            });
        }
        for (std::thread& each : burst) each.join();
        CPPUNIT_ASSERT(served == 16 && most <= 2 && room.turnedAway() == 0);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WaitingRoomTest);

}  // namespace latchkey
