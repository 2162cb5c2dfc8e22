// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/advisory_lock.h"

#include "domain/store.h"
#include "plugins/storage-postgres/pool.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"

#include <atomic>
#include <libpq-fe.h>
#include <thread>

namespace latchkey::pg {

namespace {

constexpr Query kBroken{"test.broken", "SELECT 1 / $1::int"};
constexpr std::int64_t kKey = kLeaderDutiesLock;
constexpr Duration kShort = Duration::milliseconds(60);
constexpr Duration kPatient = Duration::milliseconds(kLong);

}  // namespace

class AdvisoryLockTest : public PgFixture {
    CPPUNIT_TEST_SUITE(AdvisoryLockTest);
    CPPUNIT_TEST(keysAreTheReferences);
    CPPUNIT_TEST(theServerHoldsThemUnderTheirKey);
    CPPUNIT_TEST(aSessionsLockKeepsOthersOut);
    CPPUNIT_TEST(aSessionsLockEndsWithItsObject);
    CPPUNIT_TEST(aMovedLockIsReleasedOnce);
    CPPUNIT_TEST(waitsUntilTheOtherIsDone);
    CPPUNIT_TEST(waitsOnlyAsLongAsItMay);
    CPPUNIT_TEST(outlivesTransactions);
    CPPUNIT_TEST(afterAnAbortedTransactionTheConnectionIsTainted);
    CPPUNIT_TEST(endsWithALostConnection);
    CPPUNIT_TEST(aLockThatIsGoneIsNoticed);
    CPPUNIT_TEST(aTransactionsLockEndsWithIt);
    CPPUNIT_TEST(aTransactionsLockNeedsOne);
    CPPUNIT_TEST(aTransactionsLockHasADeadline);
    CPPUNIT_TEST(sessionsAndTransactionsShareTheKeys);
    CPPUNIT_TEST(oneProcessAtATimeIsInside);
    CPPUNIT_TEST_SUITE_END();

    static bool isFree(Connection& connection, std::int64_t key = kKey) { return SessionLock::tryAcquire(connection, key).has_value(); }
    /// What the server knows: database, key as bigint.
    std::string held() const {
        return admin("SELECT coalesce(string_agg(((classid::bigint << 32) | objid::bigint)::text, ' '), '') FROM pg_locks "
                     "WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
    }

public:
    void keysAreTheReferences() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t(183358133847234462), migrationLockKey("mas"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(-5367755461526268618), namedLockKey("MAS config sync"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(-8899529269394137242), namedLockKey("leader-duties"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(6584285998412104315), namedLockKey("syn2mas-maswriter"));
        CPPUNIT_ASSERT_EQUAL(namedLockKey("MAS config sync"), kConfigSyncLock);
        CPPUNIT_ASSERT_EQUAL(namedLockKey("leader-duties"), kLeaderDutiesLock);
        CPPUNIT_ASSERT_EQUAL(namedLockKey("syn2mas-maswriter"), kSynapseImportLock);
        const Ulid user = Ulid::parseUuid("01563e3a-b5d3-d676-ffff-fffffffffffe").value();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(-2), deviceSyncLockKey(user));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0x4c61efb99302bd5b), deviceSyncLockKey(Ulid::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").value()));
    }

    void theServerHoldsThemUnderTheirKey() {
        Connection connection(options());
        for (const std::int64_t key : {migrationLockKey(database()), kConfigSyncLock, kLeaderDutiesLock, kSynapseImportLock, INT64_MIN, INT64_MAX}) {
            const SessionLock lock = SessionLock::acquire(connection, key);
            CPPUNIT_ASSERT_EQUAL(std::to_string(key), held());
            CPPUNIT_ASSERT_EQUAL(key, lock.key());
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), held());
    }

    void aSessionsLockKeepsOthersOut() {
        Connection first(options());
        Connection second(options());
        SessionLock lock = SessionLock::acquire(first, kKey);
        CPPUNIT_ASSERT(!isFree(second));
        CPPUNIT_ASSERT(isFree(second, kKey + 1));
        lock.unlock();
        CPPUNIT_ASSERT(isFree(second));
        CPPUNIT_ASSERT(!first.tainted() && !second.tainted());
    }

    void aSessionsLockEndsWithItsObject() {
        Connection first(options());
        Connection second(options());
        {
            const auto lock = SessionLock::tryAcquire(first, kKey);
            CPPUNIT_ASSERT(lock && !isFree(second));
        }
        CPPUNIT_ASSERT(isFree(second));
    }

    void aMovedLockIsReleasedOnce() {
        Connection first(options());
        Connection second(options());
        std::optional<SessionLock> kept;
        {
            SessionLock lock = SessionLock::acquire(first, kKey);
            kept.emplace(std::move(lock));
        }
        CPPUNIT_ASSERT(!isFree(second));
        kept.reset();
        CPPUNIT_ASSERT(isFree(second) && !first.tainted());
    }

    void waitsUntilTheOtherIsDone() {
        Connection first(options());
        Connection second(options());
        std::atomic<bool> got{false};
        SessionLock lock = SessionLock::acquire(first, kKey);
        std::thread other([&] {
            const SessionLock waited = SessionLock::acquire(second, kKey);
            got = true;
        });
        awaitBlocked(second.backendPid());
        CPPUNIT_ASSERT(!got);
        lock.unlock();
        other.join();
        CPPUNIT_ASSERT(got);
    }

    void waitsOnlyAsLongAsItMay() {
        Connection first(options());
        Connection second(options());
        SessionLock lock = SessionLock::acquire(first, kKey);
        const std::int64_t begin = test::nowMs();
        CPPUNIT_ASSERT(!SessionLock::acquireWithin(second, kKey, kShort));
        CPPUNIT_ASSERT(test::nowMs() - begin >= kShort.us / 1000);
        std::thread other([&] { lock.unlock(); });
        CPPUNIT_ASSERT(SessionLock::acquireWithin(second, kKey, kPatient));
        other.join();
    }

    void outlivesTransactions() {
        Connection first(options());
        Connection second(options());
        first.begin();
        SessionLock lock = SessionLock::acquire(first, kKey);
        first.rollback();
        CPPUNIT_ASSERT(!isFree(second));
        first.begin();
        lock.unlock();
        CPPUNIT_ASSERT(isFree(second));
        first.commit();
    }

    void afterAnAbortedTransactionTheConnectionIsTainted() {
        Connection second(options());
        {
            Pool pool(options(), {.maxConnections = 1});
            {
                const Lease lease = pool.acquire();
                lease->begin();
                const SessionLock lock = SessionLock::acquire(*lease, kKey);
                CPPUNIT_ASSERT_THROW(lease->exec(kBroken, {0}), StorageError);
            }
            CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), pool.stats().discarded);
            CPPUNIT_ASSERT(SessionLock::acquireWithin(second, kKey, kPatient));
        }
    }

    void endsWithALostConnection() {
        Connection first(options());
        Connection second(options());
        std::optional<SessionLock> lock(SessionLock::acquire(first, kKey));
        terminate(first.backendPid());
        CPPUNIT_ASSERT(SessionLock::acquireWithin(second, kKey, kPatient));
        lock.reset();
        CPPUNIT_ASSERT(first.tainted());
        requireStart("StorageDown: advisory.try_lock", thrownBy([&] { isFree(first); }));
    }

    void aLockThatIsGoneIsNoticed() {
        Connection connection(options());
        SessionLock lock = SessionLock::acquire(connection, kKey);
        PQclear(PQexec(connection.raw(), "SELECT pg_advisory_unlock_all()"));
        const std::string thrown = thrownBy([&] { lock.unlock(); });
        requireStart("StorageInconsistent: advisory.unlock", thrown);
        requireHolds("pooler", thrown);
        CPPUNIT_ASSERT(connection.tainted());
    }

    void aTransactionsLockEndsWithIt() {
        Connection first(options());
        Connection second(options());
        for (const bool commits : {true, false}) {
            first.begin();
            lockForTransaction(first, kKey);
            CPPUNIT_ASSERT(!isFree(second));
            second.begin();
            CPPUNIT_ASSERT(!tryLockForTransaction(second, kKey));
            second.rollback();
            if (commits) first.commit();
            else first.rollback();
            CPPUNIT_ASSERT(isFree(second));
        }
        CPPUNIT_ASSERT(!first.tainted() && !second.tainted());
    }

    void aTransactionsLockNeedsOne() {
        Connection connection(options());
        requireStart("StorageError: advisory.transaction_lock", thrownBy([&] { lockForTransaction(connection, kKey); }));
        requireStart("StorageError: advisory.transaction_lock", thrownBy([&] { tryLockForTransaction(connection, kKey); }));
        requireStart("StorageError: advisory.transaction_lock", thrownBy([&] { lockForTransactionWithin(connection, kKey, kShort); }));
        CPPUNIT_ASSERT(isFree(connection));
        connection.beginWithNextStatement();  // BEGIN travels with the lock
        lockForTransaction(connection, kKey);
        CPPUNIT_ASSERT_EQUAL(std::to_string(kKey), held());
        connection.commit();
        CPPUNIT_ASSERT_EQUAL(std::string(), held());
    }

    void aTransactionsLockHasADeadline() {
        Connection first(options());
        Connection second(options());
        first.begin();
        lockForTransaction(first, kKey);
        second.begin();
        CPPUNIT_ASSERT(!lockForTransactionWithin(second, kKey, kShort));
        std::thread other([&] { first.rollback(); });
        CPPUNIT_ASSERT(lockForTransactionWithin(second, kKey, kPatient));
        other.join();
        second.commit();
    }

    void sessionsAndTransactionsShareTheKeys() {
        Connection first(options());
        Connection second(options());
        const SessionLock lock = SessionLock::acquire(first, kKey);
        second.begin();
        CPPUNIT_ASSERT(!tryLockForTransaction(second, kKey));
        CPPUNIT_ASSERT(tryLockForTransaction(second, kKey + 1));
        second.rollback();
    }

    // A counter that is read, and written later: without the lock some of the steps would be lost.
    void oneProcessAtATimeIsInside() {
        admin("CREATE TABLE counter (n int); INSERT INTO counter VALUES (0)");
        constexpr int kRounds = 15;
        constexpr Query kRead{"test.read", "SELECT n FROM counter"};
        constexpr Query kWrite{"test.write", "UPDATE counter SET n = $1::int"};
        std::vector<std::thread> workers;
        for (int i = 0; i < 4; ++i) {
            workers.emplace_back([&, i] {
                Connection connection(options());
                for (int round = 0; round < kRounds; ++round) {
                    std::optional<SessionLock> lock = i % 2 == 0 ? SessionLock::acquire(connection, kKey) : SessionLock::acquireWithin(connection, kKey, kPatient);
                    const auto n = static_cast<int>(number(connection, kRead));
                    std::this_thread::yield();
                    connection.exec(kWrite, {n + 1});
                }
            });
        }
        for (std::thread& each : workers) each.join();
        CPPUNIT_ASSERT_EQUAL(std::to_string(4 * kRounds), admin("SELECT n FROM counter"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AdvisoryLockTest);

}  // namespace latchkey::pg
