// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "plugins/storage-postgres/pool.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"

#include <atomic>
#include <mutex>
#include <thread>

namespace latchkey::pg {

namespace {
constexpr Query kAnswer{"test.answer", "SELECT 42"};
}

/// Waiting for a connection: bounded, in order of arrival, and over when the pool closes.
class PoolWaitTest : public PgFixture {
    CPPUNIT_TEST_SUITE(PoolWaitTest);
    CPPUNIT_TEST(opensNoMoreThanAllowed);
    CPPUNIT_TEST(whoeverWaitsTooLongIsToldWhy);
    CPPUNIT_TEST(whoeverWaitsGetsTheNextConnection);
    CPPUNIT_TEST(servesInOrderOfArrival);
    CPPUNIT_TEST(aNewcomerDoesNotOvertake);
    CPPUNIT_TEST(oneWhoGaveUpHoldsNobodyUp);
    CPPUNIT_TEST(aBrokenConnectionsPlaceGoesToTheNext);
    CPPUNIT_TEST(closingEndsTheWaiting);
    CPPUNIT_TEST(afterClosingNobodyGetsAConnection);
    CPPUNIT_TEST(countsWhatHappened);
    CPPUNIT_TEST_SUITE_END();

    static void awaitWaiting(const Pool& pool, std::size_t count) {
        CPPUNIT_ASSERT(test::eventually([&] { return pool.stats().waiting == count; }, kLong));
    }
    std::string sessions() const { return admin("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); }

public:
    void opensNoMoreThanAllowed() {
        Pool pool(options(), {.maxConnections = 3});
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pool.stats().open);
        {
            const Lease a = pool.acquire();
            const Lease b = pool.acquire();
            const Lease c = pool.acquire();
            CPPUNIT_ASSERT(a->backendPid() != b->backendPid() && b->backendPid() != c->backendPid());
            CPPUNIT_ASSERT_EQUAL(std::string("3"), sessions());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), pool.stats().idle);
        for (int i = 0; i < 10; ++i) pool.acquire()->exec(kAnswer);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(3), pool.stats().connects);
    }

    void whoeverWaitsTooLongIsToldWhy() {
        Pool pool(options(), {.maxConnections = 1, .acquireTimeout = 1});
        const Lease lease = pool.acquire();
        const std::int64_t begin = test::nowMs();
        const std::string thrown = thrownBy([&] { pool.acquire(); });
        CPPUNIT_ASSERT(test::nowMs() - begin >= 900);
        requireStart("StorageBusy: no database connection came free within 1 s (1 of 1 in use, 0 others waiting)", thrown);
        requireHolds("database.max_connections", thrown);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), pool.stats().timedOut);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pool.stats().waiting);
        lease->exec(kAnswer);
    }

    void whoeverWaitsGetsTheNextConnection() {
        Pool pool(options(), {.maxConnections = 1});
        std::optional<Lease> lease(pool.acquire());
        const int backend = (*lease)->backendPid();
        int got = 0;
        std::thread waiter([&] { got = pool.acquire()->backendPid(); });
        awaitWaiting(pool, 1);
        lease.reset();
        waiter.join();
        CPPUNIT_ASSERT_EQUAL(backend, got);
    }

    void servesInOrderOfArrival() {
        Pool pool(options(), {.maxConnections = 1});
        std::optional<Lease> lease(pool.acquire());
        std::mutex mutex;
        std::vector<int> served;
        std::vector<std::thread> waiters;
        for (int i = 0; i < 12; ++i) {
            waiters.emplace_back([&, i] {
                const Lease mine = pool.acquire();
                mine->exec(kAnswer);
                const std::lock_guard lock(mutex);
                served.push_back(i);
            });
            awaitWaiting(pool, static_cast<std::size_t>(i) + 1);
        }
        lease.reset();
        for (std::thread& each : waiters) each.join();
        CPPUNIT_ASSERT(served == (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
    }

    // It gives its connection back and asks again at once, while the other has not even woken up.
    void aNewcomerDoesNotOvertake() {
        Pool pool(options(), {.maxConnections = 1});
        for (int round = 0; round < 30; ++round) {
            std::optional<Lease> lease(pool.acquire());
            std::atomic<bool> waiterHadIt{false};
            std::thread waiter([&] {
                const Lease mine = pool.acquire();
                waiterHadIt = true;
            });
            awaitWaiting(pool, 1);
            lease.reset();
            lease.emplace(pool.acquire());
            CPPUNIT_ASSERT(waiterHadIt);
            lease.reset();
            waiter.join();
        }
    }

    void oneWhoGaveUpHoldsNobodyUp() {
        Pool pool(options(), {.maxConnections = 1, .acquireTimeout = 1});
        std::optional<Lease> lease(pool.acquire());
        for (int i = 0; i < 2; ++i) requireStart("StorageBusy", thrownBy([&] { pool.acquire(); }));
        lease.reset();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), pool.stats().idle);
        pool.acquire()->exec(kAnswer);
    }

    void aBrokenConnectionsPlaceGoesToTheNext() {
        Pool pool(options(), {.maxConnections = 1});
        std::optional<Lease> lease(pool.acquire());
        std::string waited;
        std::thread waiter([&] { waited = thrownBy([&] { pool.acquire()->exec(kAnswer); }); });
        awaitWaiting(pool, 1);
        terminate((*lease)->backendPid());
        requireStart("StorageDown", thrownBy([&] { (*lease)->exec(kAnswer); }));
        lease.reset();
        waiter.join();
        CPPUNIT_ASSERT_EQUAL(std::string("nothing"), waited);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), pool.stats().open);
    }

    void closingEndsTheWaiting() {
        Pool pool(options(), {.maxConnections = 1});
        std::optional<Lease> lease(pool.acquire());
        std::vector<std::string> thrown(3);
        std::vector<std::thread> waiters;
        for (std::string& each : thrown) waiters.emplace_back([&] { each = thrownBy([&] { pool.acquire(); }); });
        awaitWaiting(pool, 3);
        pool.close();
        for (std::thread& each : waiters) each.join();
        for (const std::string& each : thrown) requireStart("StorageDown: the database connections are being closed", each);
        (*lease)->exec(kAnswer);  // who has one may end in peace
        lease.reset();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pool.stats().open);
    }

    void afterClosingNobodyGetsAConnection() {
        Pool pool(options(), {.maxConnections = 3});
        pool.acquire()->exec(kAnswer);
        pool.close();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pool.stats().open);
        CPPUNIT_ASSERT(test::eventually([&] { return sessions() == "0"; }, kLong));
        requireStart("StorageDown: the database connections are being closed", thrownBy([&] { pool.acquire(); }));
        pool.close();
    }

    void countsWhatHappened() {
        Pool pool(options(), {.maxConnections = 2, .acquireTimeout = 1});
        {
            const Lease a = pool.acquire();
            const Lease b = pool.acquire();
            CPPUNIT_ASSERT_THROW(pool.acquire(), StorageBusy);
            b->taint();
            const Pool::Stats stats = pool.stats();
            CPPUNIT_ASSERT(stats.open == 2 && stats.idle == 0 && stats.limit == 2 && stats.acquired == 2 && stats.connects == 2 && stats.timedOut == 1 && !stats.away);
        }
        const Pool::Stats stats = pool.stats();
        CPPUNIT_ASSERT(stats.open == 1 && stats.idle == 1 && stats.discarded == 1 && stats.connectFailures == 0 && stats.waiting == 0);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PoolWaitTest);

}  // namespace latchkey::pg
