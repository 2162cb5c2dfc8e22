// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/store_contract.h"

#include "domain/user/user_repository.h"
#include "tests/contract/sample.h"
#include "tests/support/process.h"

#include <atomic>
#include <thread>

namespace latchkey::contract {

void StoreContract::whatIsCommittedIsThere() {
    {
        const auto work = store().begin();
        work->users().add(idOf(1), "alice", kNow);
        work->commit();
    }
    CPPUNIT_ASSERT(store().begin()->users().find(idOf(1)));
    store().ping();
}

void StoreContract::whatIsNotCommittedIsNot() {
    { store().begin()->users().add(idOf(1), "alice", kNow); }
    try {
        const auto work = store().begin();
        work->users().add(idOf(2), "bob", kNow);
        throw Error("something else went wrong");
    } catch (const Error&) {
    }
    CPPUNIT_ASSERT(!store().begin()->users().find(idOf(1)));
    CPPUNIT_ASSERT(!store().begin()->users().find(idOf(2)));
}

void StoreContract::aUnitSeesItsOwnWork() {
    const auto work = store().begin();
    work->users().add(idOf(1), "alice", kNow);
    CPPUNIT_ASSERT(work->users().find(idOf(1)) && work->users().exists("alice"));
    CPPUNIT_ASSERT(work->users().lock(idOf(1), kNow));
    CPPUNIT_ASSERT(work->users().find(idOf(1))->lockedAt == kNow);
}

void StoreContract::othersSeeItAfterTheCommitOnly() {
    const auto writer = store().begin();
    const auto reader = store().begin();
    CPPUNIT_ASSERT(!reader->users().find(idOf(1)));
    writer->users().add(idOf(1), "alice", kNow);
    CPPUNIT_ASSERT(!reader->users().find(idOf(1)));
    CPPUNIT_ASSERT(!store().begin()->users().exists("alice"));
    writer->commit();
    CPPUNIT_ASSERT(store().begin()->users().exists("alice"));
}

// What happens after an error that is not promised to be harmless is the store's choice, but never one of the two alone.
void StoreContract::aCommitIsAllOrNothing() {
    {
        const auto work = store().begin();
        work->users().add(idOf(1), "alice", kNow);
        work->users().add(idOf(2), "bob", kNow);
        CPPUNIT_ASSERT_THROW(work->users().add(idOf(1), "carol", kNow), StorageError);  // the id is taken
        try {
            work->commit();
        } catch (const StorageError&) {
            CPPUNIT_ASSERT(!store().begin()->users().exists("alice") && !store().begin()->users().exists("bob"));
            return;
        }
    }
    CPPUNIT_ASSERT(store().begin()->users().exists("alice") && store().begin()->users().exists("bob"));
}

void StoreContract::anEmptyUnitCommits() {
    store().begin()->commit();
    const auto work = store().begin();
    CPPUNIT_ASSERT(!work->users().exists("alice"));
    work->commit();
}

void StoreContract::aUnitCommitsOnce() {
    for (const bool empty : {true, false}) {
        const auto work = store().begin();
        if (!empty) work->users().add(idOf(1), "alice", kNow);
        work->commit();
        CPPUNIT_ASSERT_THROW(work->commit(), StorageError);
        CPPUNIT_ASSERT_THROW(work->lock(1), StorageError);
    }
    CPPUNIT_ASSERT(store().begin()->users().exists("alice"));
}

// Whether it throws or is lost, it must not become true.
void StoreContract::nothingIsWrittenAfterTheCommit() {
    {
        const auto work = store().begin();
        UserRepository& users = work->users();
        users.add(idOf(1), "alice", kNow);
        work->commit();
        try {
            users.add(idOf(2), "bob", kNow);
        } catch (const StorageError&) {
        }
    }
    CPPUNIT_ASSERT(store().begin()->users().exists("alice"));
    CPPUNIT_ASSERT(!store().begin()->users().exists("bob"));
}

void StoreContract::aConflictLeavesTheUnitUsable() {
    {
        const auto work = store().begin();
        work->users().add(idOf(1), "alice", kNow);
        CPPUNIT_ASSERT_THROW(work->users().add(idOf(2), "alice", kNow), Conflict);
        work->users().add(idOf(3), "bob", kNow);
        work->commit();
    }
    const auto work = store().begin();
    CPPUNIT_ASSERT(work->users().find(idOf(1)) && work->users().find(idOf(3)) && !work->users().find(idOf(2)));
}

// Without exclusion two would meet inside.
void StoreContract::keysExcludeEachOther() {
    std::atomic<int> inside{0}, most{0}, done{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 20; ++round) {
                const auto work = store().begin();
                work->lock(42);
                if (++inside > most) most = inside.load();
                std::this_thread::yield();
                --inside;
                work->commit();
                ++done;
            }
        });
    }
    for (std::thread& each : threads) each.join();
    CPPUNIT_ASSERT_EQUAL(60, done.load());
    CPPUNIT_ASSERT_EQUAL(1, most.load());
    const auto one = store().begin();
    const auto other = store().begin();
    one->lock(INT64_MIN);
    other->lock(INT64_MAX);  // another key: nobody waits
}

void StoreContract::aKeyIsFreeAfterARollback() {
    std::atomic<bool> got{false};
    auto holder = store().begin();
    holder->lock(7);
    std::thread waiter([&] {
        const auto work = store().begin();
        work->lock(7);
        got = true;
    });
    test::sleepMs(50);  // time in which a wrong one would pass; a right one cannot
    CPPUNIT_ASSERT(!got);
    holder.reset();
    waiter.join();
    CPPUNIT_ASSERT(got);
}

void StoreContract::aUnitMayLockAKeyTwice() {
    {
        const auto work = store().begin();
        work->lock(7);
        work->lock(7);
        work->commit();
    }
    store().begin()->lock(7);
}

void StoreContract::waitersAreBusyInTheEnd() {
    Store& impatient = made_->impatient();
    std::vector<std::unique_ptr<UnitOfWork>> held;
    while (held.size() < made_->capacity()) {
        held.push_back(impatient.begin());
        held.back()->users().exists("alice");
    }
    const auto oneMore = [&] { impatient.begin()->users().exists("alice"); };
    CPPUNIT_ASSERT_THROW(oneMore(), StorageBusy);
    CPPUNIT_ASSERT_THROW(impatient.ping(), StorageBusy);
    held.pop_back();
    oneMore();
    impatient.ping();
}

void StoreContract::itIsDownWhileItsDataAreAway() {
    const auto use = [&] { store().begin()->users().exists("alice"); };
    use();
    made_->goAway();
    CPPUNIT_ASSERT_THROW(use(), StorageDown);
    CPPUNIT_ASSERT_THROW(store().ping(), StorageDown);
    made_->comeBack();
    const bool back = test::eventually([&] {
        try {
            use();
            return true;
        } catch (const Unavailable&) {
            return false;
        }
    }, kLong);
    CPPUNIT_ASSERT(back);
    store().ping();
}

void StoreContract::aUnitThatLostItsDataDoesNotCommit() {
    {
        const auto before = store().begin();
        const auto during = store().begin();
        before->users().add(idOf(1), "alice", kNow);
        during->users().add(idOf(2), "bob", kNow);
        made_->goAway();
        CPPUNIT_ASSERT_THROW(before->users().exists("alice"), StorageDown);
        CPPUNIT_ASSERT_THROW(before->commit(), Error);
        CPPUNIT_ASSERT_THROW(during->commit(), StorageDown);
    }
    made_->comeBack();
    std::optional<bool> found;
    test::eventually([&] {
        try {
            const auto work = store().begin();
            found = work->users().exists("alice") || work->users().exists("bob");
        } catch (const Unavailable&) {
        }
        return found.has_value();
    }, kLong);
    CPPUNIT_ASSERT(found == false);
}

void StoreContract::manyThreadsWorkAtOnce() {
    constexpr int kEach = 15;
    std::vector<std::thread> threads;
    std::atomic<int> added{0};
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < kEach; ++n) {
                const auto work = store().begin();
                work->users().add(idOf(i * 100 + n), "user" + std::to_string(i * 100 + n), kNow);
                work->commit();
                ++added;
            }
        });
    }
    for (std::thread& each : threads) each.join();
    CPPUNIT_ASSERT_EQUAL(8 * kEach, added.load());
    const auto work = store().begin();
    for (int i = 0; i < 8; ++i) CPPUNIT_ASSERT(work->users().exists("user" + std::to_string(i * 100 + kEach - 1)));
}

}  // namespace latchkey::contract
