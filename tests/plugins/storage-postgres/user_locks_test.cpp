// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user_locks.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "plugins/storage-postgres/advisory_lock.h"
#include "plugins/storage-postgres/connection.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"

#include <atomic>
#include <thread>
#include <vector>

namespace latchkey::pg {

namespace {

constexpr Duration kShort = Duration::milliseconds(60);
constexpr Duration kPatient = Duration::milliseconds(kLong);

}  // namespace

class UserLocksTest : public PgFixture {
    CPPUNIT_TEST_SUITE(UserLocksTest);
    CPPUNIT_TEST(oneThreadAtATimeHoldsAUser);
    CPPUNIT_TEST(excludesOtherProcessesAndTransactions);
    CPPUNIT_TEST(manyUsersTakeOneConnection);
    CPPUNIT_TEST(waitsOnlyAsLongAsItMay);
    CPPUNIT_TEST(connectsAgainAfterTheConnectionWasLost);
    CPPUNIT_TEST_SUITE_END();

    const Ulid alice_ = newId(currentTime()), bob_ = newId(currentTime());

    std::string sessions() const { return admin("SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"); }

public:
    void oneThreadAtATimeHoldsAUser() {
        PgUserLocks first(options()), second(options());
        std::atomic<int> inside{0}, most{0}, done{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                for (int round = 0; round < 10; ++round) {
                    const auto lock = (i % 2 == 0 ? first : second).acquire(alice_, kPatient);
                    most = std::max<int>(most, ++inside);
                    std::this_thread::yield();
                    --inside;
                    ++done;
                }
            });
        }
        for (std::thread& each : threads) each.join();
        CPPUNIT_ASSERT_EQUAL(1, most.load());
        CPPUNIT_ASSERT_EQUAL(80, done.load());
        CPPUNIT_ASSERT_EQUAL(std::string("0"), sessions());
    }

    void excludesOtherProcessesAndTransactions() {
        PgUserLocks locks(options());
        Connection other(options());
        const auto lock = locks.acquire(alice_, kPatient);
        other.begin();
        CPPUNIT_ASSERT(!tryLockForTransaction(other, deviceSyncLockKey(alice_)));
        CPPUNIT_ASSERT(tryLockForTransaction(other, deviceSyncLockKey(bob_)));
        CPPUNIT_ASSERT_THROW(locks.acquire(bob_, kShort), StorageBusy);
        other.rollback();
        CPPUNIT_ASSERT(locks.acquire(bob_, kShort) != nullptr);
    }

    void manyUsersTakeOneConnection() {
        PgUserLocks locks(options());
        std::vector<std::unique_ptr<UserLock>> held;
        for (int i = 0; i < 50; ++i) held.push_back(locks.acquire(newId(currentTime()), kPatient));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), sessions());
        held.clear();
        CPPUNIT_ASSERT_EQUAL(std::string("0"), sessions());
    }

    void waitsOnlyAsLongAsItMay() {
        PgUserLocks locks(options());
        const auto lock = locks.acquire(alice_, kPatient);
        CPPUNIT_ASSERT_THROW(locks.acquire(alice_, kShort), StorageBusy);
        CPPUNIT_ASSERT(locks.acquire(bob_, kShort) != nullptr);
    }

    void connectsAgainAfterTheConnectionWasLost() {
        PgUserLocks locks(options());
        auto lost = locks.acquire(alice_, kPatient);
        admin("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
        auto other = locks.acquire(bob_, kPatient);
        lost.reset();
        CPPUNIT_ASSERT_EQUAL(std::string("1"), sessions());
        CPPUNIT_ASSERT(locks.acquire(alice_, kPatient) != nullptr);
        other.reset();
        CPPUNIT_ASSERT_EQUAL(std::string("0"), sessions());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(UserLocksTest);

}  // namespace latchkey::pg
