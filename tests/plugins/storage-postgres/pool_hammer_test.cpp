// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "plugins/storage-postgres/advisory_lock.h"
#include "plugins/storage-postgres/pool.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"

#include <atomic>
#include <thread>

namespace latchkey::pg {

namespace {

constexpr Query kAdd{"test.add", "INSERT INTO work VALUES ($1::int, $2::int)"};
constexpr Query kMarked{"test.marked", "SELECT count(*) FROM pg_listening_channels()"};
constexpr Query kMark{"test.mark", "LISTEN somebody"};
constexpr Query kBroken{"test.broken", "SELECT 1 / $1::int"};

struct Tally {
    std::atomic<int> committed{0}, unknown{0}, down{0}, busy{0}, leaked{0};
    std::atomic<int> finished{0};
    std::atomic<bool> otherError{false};
};

}  // namespace

/// Many threads on few connections, whose sessions are ended at random.
class PoolHammerTest : public PgFixture {
    CPPUNIT_TEST_SUITE(PoolHammerTest);
    CPPUNIT_TEST(survivesRandomKills);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int kThreads = 16;
    static constexpr int kRounds = 120;

    // Three kinds of use: a transaction, one that fails and is left open, and one that changes the session.
    static void useOnce(Pool& pool, Tally& tally, int thread, int round) {
        const Lease lease = pool.acquire();
        if (lease->inTransaction() || number(*lease, kMarked) != 0) ++tally.leaked;
        if (round % 7 == 3) lease->exec(kMark);
        lease->beginWithNextStatement();
        lockForTransaction(*lease, thread % 3);
        lease->execOne(kAdd, {thread, round});
        if (round % 5 == 4) lease->exec(kBroken, {0});
        ++tally.unknown;  // from here on only an answer tells
        lease->commit();
        --tally.unknown;
        ++tally.committed;
    }

    static void work(Pool& pool, Tally& tally, int thread) {
        for (int round = 0; round < kRounds; ++round) {
            try {
                useOnce(pool, tally, thread, round);
            } catch (const StorageDown&) {
                ++tally.down;
                test::eventually([&] { return !pool.stats().away; }, kLong);
            } catch (const StorageBusy&) {
                ++tally.busy;
            } catch (const std::exception&) {
                if (round % 5 != 4) tally.otherError = true;
            }
        }
        ++tally.finished;
    }

public:
    void survivesRandomKills() {
        admin("CREATE TABLE work (thread int, round int)");
        Pool pool(options(), {.maxConnections = 5, .acquireTimeout = 120});
        Tally tally;
        std::vector<std::thread> threads;
        for (int i = 0; i < kThreads; ++i) threads.emplace_back([&, i] { work(pool, tally, i); });
        int kills = 0;
        while (tally.finished < kThreads) {
            kills += std::stoi(admin("SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                                     "AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY random() LIMIT 1) AS victim"));
            test::sleepMs(20);
        }
        for (std::thread& each : threads) each.join();
        CPPUNIT_ASSERT(kills > 0 && tally.committed > 0);
        CPPUNIT_ASSERT(!tally.otherError);
        CPPUNIT_ASSERT_EQUAL(0, tally.leaked.load());
        const int written = std::stoi(admin("SELECT count(*) FROM work"));
        CPPUNIT_ASSERT(tally.committed <= written && written <= tally.committed + tally.unknown);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), admin("SELECT count(*) FROM work WHERE round % 5 = 4"));
        const Pool::Stats stats = pool.stats();
        CPPUNIT_ASSERT(stats.open == stats.idle && stats.open <= 5 && stats.waiting == 0);
        std::fprintf(stderr, "\n  %d committed, %d times down, %d busy, %d kills, %d commits without an answer\n", tally.committed.load(), tally.down.load(), tally.busy.load(), kills,
                     tally.unknown.load());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PoolHammerTest);

}  // namespace latchkey::pg
