// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/user_contract.h"

#include "domain/user/user_repository.h"
#include "tests/contract/sample.h"
#include "tests/support/process.h"

#include <atomic>
#include <thread>

namespace latchkey::contract {

template <typename Work>
auto UserContract::committed(Work&& work) {
    const auto unit = made_->store().begin();
    const auto result = work(unit->users());
    unit->commit();
    return result;
}

User UserContract::add(const std::string& name, int number) {
    return committed([&](UserRepository& users) { return users.add(idOf(number), name, kNow); });
}

void UserContract::addsAUserAsItIsGiven() {
    const User added = add("alice");
    const User expected{.id = idOf(1), .username = "alice", .createdAt = kNow, .lockedAt = {}, .deactivatedAt = {}};
    CPPUNIT_ASSERT(added == expected);
    CPPUNIT_ASSERT(made_->store().begin()->users().find(idOf(1)) == expected);
    CPPUNIT_ASSERT(made_->store().begin()->users().findByUsername("alice") == expected);
}

void UserContract::findsNobodyWhereNobodyIs() {
    add("alice");
    const auto work = made_->store().begin();
    CPPUNIT_ASSERT(!work->users().find(idOf(2)));
    for (const char* name : {"", "alic", "alicee", "%", "a_ice", " alice"}) CPPUNIT_ASSERT_MESSAGE(name, !work->users().findByUsername(name) && !work->users().exists(name));
}

void UserContract::findsNamesWithoutRegardToCase() {
    add("Alice");
    const auto work = made_->store().begin();
    for (const char* name : {"Alice", "alice", "ALICE", "aLiCe"}) {
        CPPUNIT_ASSERT_MESSAGE(name, work->users().exists(name));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string("Alice"), work->users().findByUsername(name).value().username);
    }
}

void UserContract::prefersTheExactSpelling() {
    add("alice", 1);
    add("Alice", 2);
    {
        const auto work = made_->store().begin();
        CPPUNIT_ASSERT(work->users().findByUsername("alice").value().id == idOf(1));
        CPPUNIT_ASSERT(work->users().findByUsername("Alice").value().id == idOf(2));
        CPPUNIT_ASSERT(!work->users().findByUsername("ALICE"));
    }
    add("ALICE", 3);
    const auto work = made_->store().begin();
    CPPUNIT_ASSERT(work->users().findByUsername("ALICE").value().id == idOf(3));
    CPPUNIT_ASSERT(work->users().findByUsername("alice").value().id == idOf(1));
    CPPUNIT_ASSERT(!work->users().findByUsername("aLICE"));
}

void UserContract::knowsWhetherANameExists() {
    CPPUNIT_ASSERT(!made_->store().begin()->users().exists("alice"));
    add("alice", 1);
    add("Alice", 2);
    const auto work = made_->store().begin();
    CPPUNIT_ASSERT(work->users().exists("ALICE") && !work->users().exists("bob"));
}

void UserContract::refusesANameThatIsTaken() {
    const User first = add("alice", 1);
    const auto work = made_->store().begin();
    CPPUNIT_ASSERT_THROW(work->users().add(idOf(2), "alice", kNow), Conflict);
    CPPUNIT_ASSERT(work->users().findByUsername("alice") == first);
    CPPUNIT_ASSERT(work->users().add(idOf(2), "bob", kNow).username == "bob");
    work->commit();
}

void UserContract::takesAnotherSpellingOfAName() {
    add("alice", 1);
    CPPUNIT_ASSERT_EQUAL(std::string("ALICE"), add("ALICE", 2).username);
}

// The second waits for the first to end: then it knows.
void UserContract::ofTwoWhoAddANameOneWins() {
    for (int round = 0; round < 10; ++round) {
        const std::string name = "user" + std::to_string(round);
        std::atomic<int> won{0}, lost{0}, other{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 3; ++i) {
            threads.emplace_back([&, i] {
                try {
                    add(name, 10 * round + i);
                    ++won;
                } catch (const Conflict&) {
                    ++lost;
                } catch (const std::exception&) {
                    ++other;
                }
            });
        }
        for (std::thread& each : threads) each.join();
        CPPUNIT_ASSERT(won == 1 && lost == 2 && other == 0);
    }
}

void UserContract::aNameIsFreeAgainAfterARollback() {
    std::atomic<bool> added{false};
    auto first = made_->store().begin();
    first->users().add(idOf(1), "alice", kNow);
    std::thread second([&] {
        add("alice", 2);
        added = true;
    });
    test::sleepMs(50);  // time in which a wrong one would pass; a right one cannot
    CPPUNIT_ASSERT(!added);
    first.reset();
    second.join();
    CPPUNIT_ASSERT(made_->store().begin()->users().findByUsername("alice").value().id == idOf(2));
}

void UserContract::locksOnceAndKeepsTheDate() {
    add("alice");
    const auto lockAt = [&](Instant when) { return committed([&](UserRepository& users) { return users.lock(idOf(1), when); }); };
    const auto lockedAt = [&] { return made_->store().begin()->users().find(idOf(1)).value().lockedAt; };
    CPPUNIT_ASSERT(lockAt(kNow));
    CPPUNIT_ASSERT(lockedAt() == kNow);
    for (const Instant other : {kNow + Duration::seconds(1), kNow - Duration::seconds(1)}) {
        CPPUNIT_ASSERT(!lockAt(other));
        CPPUNIT_ASSERT(lockedAt() == kNow);
    }
    CPPUNIT_ASSERT(!committed([&](UserRepository& users) { return users.lock(idOf(2), kNow); }));
}

void UserContract::unlocksWhatIsLocked() {
    add("alice");
    const auto unlock = [&](int number) { return committed([&](UserRepository& users) { return users.unlock(idOf(number)); }); };
    CPPUNIT_ASSERT(!unlock(1));
    committed([&](UserRepository& users) { return users.lock(idOf(1), kNow); });
    CPPUNIT_ASSERT(unlock(1));
    CPPUNIT_ASSERT(!made_->store().begin()->users().find(idOf(1)).value().lockedAt);
    CPPUNIT_ASSERT(!unlock(1) && !unlock(2));
    CPPUNIT_ASSERT(committed([&](UserRepository& users) { return users.lock(idOf(1), kNow + Duration{1}); }));
}

void UserContract::ofTwoWhoLockAUserOneWins() {
    add("alice");
    std::atomic<int> won{0}, lost{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&, i] { ++(committed([&](UserRepository& users) { return users.lock(idOf(1), kNow + Duration{i}); }) ? won : lost); });
    }
    for (std::thread& each : threads) each.join();
    CPPUNIT_ASSERT(won == 1 && lost == 2);
}

void UserContract::keepsInstantsToTheMicrosecond() {
    int number = 0;
    for (const std::int64_t us : {kNow.us, std::int64_t(0), std::int64_t(1), std::int64_t(-1), std::int64_t(-1'764'037'526'123'457), std::int64_t(7'258'118'399'999'999)}) {
        ++number;
        const User added = committed([&](UserRepository& users) { return users.add(idOf(number), "user" + std::to_string(number), Instant{us}); });
        CPPUNIT_ASSERT_EQUAL(us, added.createdAt.us);
        committed([&](UserRepository& users) { return users.lock(idOf(number), Instant{us}); });
        CPPUNIT_ASSERT(made_->store().begin()->users().find(idOf(number)).value().lockedAt == Instant{us});
    }
}

void UserContract::keepsEveryCharacterOfAName() {
    int number = 0;
    for (const char* name : {"a.b-c_d=e/f+g", "with space", "quote'\"", "back\\slash", "ünïcödé", "$1", "%"}) {
        CPPUNIT_ASSERT_EQUAL(std::string(name), add(name, ++number).username);
        CPPUNIT_ASSERT_MESSAGE(name, made_->store().begin()->users().findByUsername(name).value().id == idOf(number));
    }
    const std::string withNul("admin\0x", 7);
    CPPUNIT_ASSERT_THROW(add(withNul, ++number), StorageError);
    CPPUNIT_ASSERT(!made_->store().begin()->users().exists("admin"));
}

}  // namespace latchkey::contract
