// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "plugins/storage-postgres/pool.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"
#include "tests/support/tcp_relay.h"

#include <thread>

namespace latchkey::pg {

namespace {
constexpr Query kAnswer{"test.answer", "SELECT 42"};
constexpr Query kSleep{"test.sleep", "SELECT pg_sleep(600)"};
}  // namespace

/// Connections come and go: by limits of time, by their number, and because they break.
class PoolLifeTest : public PgFixture {
    CPPUNIT_TEST_SUITE(PoolLifeTest);
    CPPUNIT_TEST(replacesWhatBrokeBetweenUses);
    CPPUNIT_TEST(replacesWhatBrokeDuringUse);
    CPPUNIT_TEST(replacesAllThatBrokeAtOnce);
    CPPUNIT_TEST(asksForASignOfLifeAfterARest);
    CPPUNIT_TEST(asksNothingOfWhatWasJustUsed);
    CPPUNIT_TEST(closesWhatIsTooOld);
    CPPUNIT_TEST(closesWhatIsIdleForTooLong);
    CPPUNIT_TEST(keepsAtLeastTheMinimum);
    CPPUNIT_TEST(bringsTheMinimumBack);
    CPPUNIT_TEST(openSaysWhatIsWrong);
    CPPUNIT_TEST_SUITE_END();

    std::string viaRelay(const test::TcpRelay& relay) const { return "postgresql://postgres@127.0.0.1:" + std::to_string(relay.port()) + "/" + database(); }

public:
    void replacesWhatBrokeBetweenUses() {
        Pool pool(options(), {.maxConnections = 1});
        for (std::uint64_t round = 1; round <= 5; ++round) {
            const int backend = pool.acquire()->backendPid();
            terminate(backend);
            const Lease next = pool.acquire();
            next->exec(kAnswer);
            CPPUNIT_ASSERT(next->backendPid() != backend);
            CPPUNIT_ASSERT_EQUAL(round + 1, pool.stats().connects);
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), pool.stats().open);
        }
    }

    void replacesWhatBrokeDuringUse() {
        Pool pool(options(), {.maxConnections = 1});
        {
            const Lease lease = pool.acquire();
            std::thread killer([&] {
                test::eventually([&] { return admin("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "1"; }, kLong);
                terminate(lease->backendPid());
            });
            const std::string thrown = thrownBy([&] { lease->exec(kSleep); });
            killer.join();
            requireStart("StorageDown", thrown);
        }
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), pool.stats().discarded);
        pool.acquire()->exec(kAnswer);
    }

    void replacesAllThatBrokeAtOnce() {
        Pool pool(options(), {.maxConnections = 5, .minConnections = 5});
        pool.open();
        server().terminateBackends(database());
        const bool gone = test::eventually([&] { return admin("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()") == "1"; }, kLong);
        CPPUNIT_ASSERT(gone);
        std::vector<std::string> thrown(5);
        std::vector<std::thread> users;
        for (std::string& each : thrown) users.emplace_back([&] { each = thrownBy([&] { pool.acquire()->exec(kAnswer); }); });
        for (std::thread& each : users) each.join();
        for (const std::string& each : thrown) CPPUNIT_ASSERT_EQUAL(std::string("nothing"), each);
    }

    // The connection looks well, but nothing passes any more: only asking can tell.
    void asksForASignOfLifeAfterARest() {
        test::TcpRelay relay(server().port());
        Pool pool(ConnectOptions::parse(viaRelay(relay)), {.maxConnections = 1, .acquireTimeout = 20, .pingAfterMs = 1});
        const int backend = pool.acquire()->backendPid();
        relay.silence();
        test::sleepMs(2);
        const Lease next = pool.acquire();
        next->exec(kAnswer);
        CPPUNIT_ASSERT(next->backendPid() != backend);
    }

    void asksNothingOfWhatWasJustUsed() {
        test::TcpRelay relay(server().port());
        for (const bool rested : {false, true}) {
            Pool pool(ConnectOptions::parse(viaRelay(relay)), {.maxConnections = 1, .pingAfterMs = rested ? 0 : 3'600'000});
            pool.acquire()->exec(kAnswer);
            const int before = relay.roundTrips();
            for (int i = 0; i < 3; ++i) pool.acquire()->exec(kAnswer);
            CPPUNIT_ASSERT_EQUAL(rested ? 6 : 3, relay.roundTrips() - before);
        }
    }

    void closesWhatIsTooOld() {
        Pool pool(options(), {.maxConnections = 2, .idleTimeout = std::nullopt, .maxLifetime = 1});
        const int backend = pool.acquire()->backendPid();
        CPPUNIT_ASSERT(test::eventually([&] { return pool.acquire()->backendPid() != backend; }, kLong));
        // And without anybody asking:
        CPPUNIT_ASSERT(test::eventually([&] { return pool.stats().open == 0; }, kLong));
    }

    void closesWhatIsIdleForTooLong() {
        Pool pool(options(), {.maxConnections = 3, .idleTimeout = 1, .maxLifetime = std::nullopt});
        {
            const Lease a = pool.acquire();
            const Lease b = pool.acquire();
        }
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(2), pool.stats().connects);
        CPPUNIT_ASSERT(test::eventually([&] { return pool.stats().open == 0; }, kLong));
        pool.acquire()->exec(kAnswer);
    }

    void keepsAtLeastTheMinimum() {
        Pool pool(options(), {.maxConnections = 4, .minConnections = 2, .idleTimeout = 0, .maxLifetime = std::nullopt});
        pool.open();
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), pool.stats().idle);
        {
            const Lease a = pool.acquire();
            const Lease b = pool.acquire();
            const Lease c = pool.acquire();
        }
        CPPUNIT_ASSERT(test::eventually([&] { return pool.stats().idle == 2; }, kLong));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(3), pool.stats().connects);
    }

    void bringsTheMinimumBack() {
        Pool pool(options(), {.maxConnections = 4, .minConnections = 2, .idleTimeout = std::nullopt, .maxLifetime = 1});
        pool.open();
        CPPUNIT_ASSERT(test::eventually([&] { return pool.stats().connects >= 4 && pool.stats().idle == 2; }, kLong));
    }

    void openSaysWhatIsWrong() {
        ConnectOptions nowhere = options();
        nowhere.keywords["dbname"] = "no_such_database";
        Pool pool(nowhere, {.maxConnections = 4});
        const std::string thrown = thrownBy([&] { pool.open(); });
        requireStart("StorageDown: cannot connect", thrown);
        requireHolds("createdb", thrown);
        CPPUNIT_ASSERT(pool.stats().away && pool.stats().open == 0);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PoolLifeTest);

}  // namespace latchkey::pg
