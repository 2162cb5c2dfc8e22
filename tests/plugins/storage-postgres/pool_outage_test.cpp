// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "plugins/storage-postgres/pool.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"

#include <thread>

namespace latchkey::pg {

namespace {
constexpr Query kAnswer{"test.answer", "SELECT 42"};
}

/// The database goes away and comes back. Each test has a server of its own to stop.
class PoolOutageTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PoolOutageTest);
    CPPUNIT_TEST(failsAtOnceWhileTheDatabaseIsAway);
    CPPUNIT_TEST(comesBackByItself);
    CPPUNIT_TEST(everyConnectionIsReplacedAfterARestart);
    CPPUNIT_TEST(waitersFailWhenNothingCanComeBack);
    CPPUNIT_TEST(waitersAreServedWhenTheDatabaseIsBack);
    CPPUNIT_TEST(aFullServerIsBusyAndPasses);
    CPPUNIT_TEST_SUITE_END();

    std::optional<test::Postgres> server_;

    ConnectOptions options(const std::string& user = "postgres") const { return ConnectOptions::parse(server_->conninfo("postgres", user)); }
    static std::string use(Pool& pool) {
        return thrownBy([&] { pool.acquire()->exec(kAnswer); });
    }
    static void awaitUsable(Pool& pool) {
        CPPUNIT_ASSERT(test::eventually([&] { return use(pool) == "nothing"; }, kLong));
    }
    static void awaitWaiting(const Pool& pool, std::size_t count) {
        CPPUNIT_ASSERT(test::eventually([&] { return pool.stats().waiting == count; }, kLong));
    }

public:
    void setUp() override {
        test::postgresAvailable();
        server_.emplace();
    }
    void tearDown() override { server_.reset(); }

    void failsAtOnceWhileTheDatabaseIsAway() {
        Pool pool(options(), {.maxConnections = 3});
        pool.acquire()->exec(kAnswer);
        server_->stop();
        requireStart("StorageDown: ", use(pool));
        CPPUNIT_ASSERT(pool.stats().away && pool.stats().open == 0);
        const std::uint64_t before = pool.stats().connectFailures;
        try {
            pool.acquire();
            CPPUNIT_FAIL("it is away");
        } catch (const StorageDown& down) {
            requireHolds("the database is away since", down.what());
            requireHolds("no socket in that directory", down.what());
            CPPUNIT_ASSERT(down.retryAfterSeconds() >= 1 && down.retryAfterSeconds() <= 11);
        }
        for (int i = 0; i < 2000; ++i) CPPUNIT_ASSERT_THROW(pool.acquire(), StorageDown);
        // Nobody knocked at the server's door for these: only the pool's own thread does, twice a second at first.
        CPPUNIT_ASSERT(pool.stats().connectFailures - before < 500);
    }

    void comesBackByItself() {
        Pool pool(options(), {.maxConnections = 3});
        pool.acquire()->exec(kAnswer);
        for (int round = 0; round < 2; ++round) {
            server_->stop();
            requireStart("StorageDown: ", use(pool));
            server_->start();
            CPPUNIT_ASSERT(test::eventually([&] { return !pool.stats().away; }, kLong));
            CPPUNIT_ASSERT_EQUAL(std::string("nothing"), use(pool));
        }
    }

    void everyConnectionIsReplacedAfterARestart() {
        Pool pool(options(), {.maxConnections = 4, .minConnections = 4});
        pool.open();
        server_->restart();
        // Nobody meets a dead connection: each is looked at before it is lent.
        for (int i = 0; i < 20; ++i) CPPUNIT_ASSERT_EQUAL(std::string("nothing"), use(pool));
        CPPUNIT_ASSERT(!pool.stats().away);
    }

    void waitersFailWhenNothingCanComeBack() {
        Pool pool(options(), {.maxConnections = 1});
        std::optional<Lease> lease(pool.acquire());
        std::vector<std::string> thrown(3);
        std::vector<std::thread> waiters;
        for (std::string& each : thrown) waiters.emplace_back([&] { each = use(pool); });
        awaitWaiting(pool, 3);
        server_->stop();
        lease.reset();  // broken; the first waiter finds nothing in its place
        for (std::thread& each : waiters) each.join();
        for (const std::string& each : thrown) requireStart("StorageDown: ", each);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pool.stats().waiting);
    }

    // A connection is on loan, so it is worth waiting, and no new one can be had; then the database is back and opens the others.
    void waitersAreServedWhenTheDatabaseIsBack() {
        Pool pool(options(), {.maxConnections = 3, .acquireTimeout = 60});
        std::optional<Lease> lease(pool.acquire());
        server_->stop();
        std::vector<std::string> thrown(4);
        std::vector<std::thread> waiters;
        for (std::string& each : thrown) waiters.emplace_back([&] { each = use(pool); });
        awaitWaiting(pool, 4);
        CPPUNIT_ASSERT(pool.stats().away);
        server_->start();
        for (std::thread& each : waiters) each.join();
        for (const std::string& each : thrown) CPPUNIT_ASSERT_EQUAL(std::string("nothing"), each);
        requireStart("StorageDown: test.answer", thrownBy([&] { (*lease)->exec(kAnswer); }));
        lease.reset();
        awaitUsable(pool);
        CPPUNIT_ASSERT(pool.stats().open <= 3);
    }

    void aFullServerIsBusyAndPasses() {
        server_->createRole("lonely", "LOGIN CONNECTION LIMIT 1");
        std::optional<Connection> only(std::in_place, options("lonely"));
        Pool pool(options("lonely"), {.maxConnections = 3});
        requireStart("StorageBusy: cannot connect", use(pool));
        requireStart("StorageBusy: no connection to be had from the database", use(pool));
        only.reset();
        awaitUsable(pool);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PoolOutageTest);

}  // namespace latchkey::pg
