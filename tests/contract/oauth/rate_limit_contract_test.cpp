// SPDX-License-Identifier: Apache-2.0
#include "domain/rate_limiter.h"
#include "tests/contract/oauth/world.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <limits>

namespace latchkey::contract {

class RateLimitContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RateLimitContractTest);
    CPPUNIT_TEST(allowsTheBurstAndThenTellsHowLongToWait);
    CPPUNIT_TEST(givesOneBackEachInterval);
    CPPUNIT_TEST(keysAreIndependent);
    CPPUNIT_TEST(holdsAcrossConnections);
    CPPUNIT_TEST(letsFifteenOfFiftyThrough);
    CPPUNIT_TEST(prunesFullKeysInPortions);
    CPPUNIT_TEST(standsExtremeLimits);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    static constexpr RateLimit kThreePerHour{3, Duration::seconds(3600)};

    std::optional<Duration> take(std::string_view key, const RateLimit& limit) {
        std::optional<Duration> wait;
        world_->commit([&](UnitOfWork& work) { wait = work.rateLimits().take(key, limit); });
        return wait;
    }

    void allowsTheBurstAndThenTellsHowLongToWait() {
        if (!world_) return;
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(!take("key", kThreePerHour));
        for (int i = 0; i < 3; ++i) {
            const auto wait = take("key", kThreePerHour);  // asking in vain costs nothing
            CPPUNIT_ASSERT(wait && *wait > Duration::seconds(1800) && *wait <= Duration::seconds(3600));
        }
    }

    void givesOneBackEachInterval() {
        if (!world_) return;
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(!take("key", kThreePerHour));
        world_->sql("UPDATE latchkey_rate_limits SET full_at = full_at - interval '90 minutes'");  // as if so much time had passed
        CPPUNIT_ASSERT(!take("key", kThreePerHour));
        const auto wait = take("key", kThreePerHour);
        CPPUNIT_ASSERT(wait && *wait <= Duration::seconds(1800));
        world_->sql("UPDATE latchkey_rate_limits SET full_at = full_at - interval '1 day'");
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(!take("key", kThreePerHour));  // never more than the burst
        CPPUNIT_ASSERT(take("key", kThreePerHour).has_value());
    }

    void keysAreIndependent() {
        if (!world_) return;
        const RateLimit once{1, Duration::seconds(3600)};
        CPPUNIT_ASSERT(!take("one", once));
        CPPUNIT_ASSERT(!take("other", once));
        CPPUNIT_ASSERT(take("one", once).has_value());
    }

    void holdsAcrossConnections() {
        if (!world_) return;
        pg::Pool secondPool(pg::ConnectOptions::parse(world_->conninfo()), {});
        pg::PgStore second(secondPool);
        CPPUNIT_ASSERT(!take("key", kThreePerHour));
        const auto work = second.begin();
        CPPUNIT_ASSERT(!work->rateLimits().take("key", kThreePerHour));
        work->commit();
        CPPUNIT_ASSERT(!take("key", kThreePerHour));
        CPPUNIT_ASSERT(second.begin()->rateLimits().take("key", kThreePerHour).has_value());
        CPPUNIT_ASSERT(take("key", kThreePerHour).has_value());
    }

    void letsFifteenOfFiftyThrough() {
        if (!world_) return;
        std::atomic<int> taken{0};
        world_->winners([&](UnitOfWork& work) {
            if (!work.rateLimits().take("key", {15, Duration::seconds(3600)})) ++taken;
            return true;
        });
        CPPUNIT_ASSERT_EQUAL(15, taken.load());
    }

    void prunesFullKeysInPortions() {
        if (!world_) return;
        for (const char* key : {"a", "b", "c", "d"}) take(key, kThreePerHour);
        world_->sql("UPDATE latchkey_rate_limits SET full_at = now() - interval '2 minutes' WHERE key <> 'd'");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), work->rateLimits().prune(2));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), work->rateLimits().prune(100));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), work->rateLimits().prune(100));
        work->commit();
        CPPUNIT_ASSERT_EQUAL(std::string("d"), world_->sql("SELECT key FROM latchkey_rate_limits"));
    }

    void standsExtremeLimits() {
        if (!world_) return;
        const RateLimit vast{std::numeric_limits<std::uint32_t>::max(), Duration{std::numeric_limits<std::int64_t>::max()}};
        CPPUNIT_ASSERT(!take("vast", vast));
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(!take("none", {0, Duration{0}}));
        CPPUNIT_ASSERT(!take("once", {0, Duration::seconds(60)}));
        CPPUNIT_ASSERT(take("once", {0, Duration::seconds(60)}).has_value());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RateLimitContractTest);

}  // namespace latchkey::contract
