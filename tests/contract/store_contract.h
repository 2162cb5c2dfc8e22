// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/store.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <memory>

namespace latchkey::contract {

/// A store to be tried, empty at first, and what the tests do to it from outside.
class StoreUnderTest {
public:
    virtual ~StoreUnderTest() = default;
    virtual Store& store() = 0;
    /// The same data by another store, which waits for a connection no longer than a second.
    virtual Store& impatient() = 0;
    /// How many units of work can be active at once; at least three. Whoever asks for one more waits.
    virtual std::size_t capacity() const = 0;
    virtual void goAway() = 0;    ///< what holds the data cannot be reached any more
    virtual void comeBack() = 0;
};

/// What every plugin that offers a Store must do. A plugin's test derives from it and makes the store:
///   class PgStoreContract : public StoreContract { CPPUNIT_TEST_SUB_SUITE(PgStoreContract, StoreContract); … };
class StoreContract : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoreContract);
    CPPUNIT_TEST(whatIsCommittedIsThere);
    CPPUNIT_TEST(whatIsNotCommittedIsNot);
    CPPUNIT_TEST(aUnitSeesItsOwnWork);
    CPPUNIT_TEST(othersSeeItAfterTheCommitOnly);
    CPPUNIT_TEST(aCommitIsAllOrNothing);
    CPPUNIT_TEST(anEmptyUnitCommits);
    CPPUNIT_TEST(aUnitCommitsOnce);
    CPPUNIT_TEST(nothingIsWrittenAfterTheCommit);
    CPPUNIT_TEST(aConflictLeavesTheUnitUsable);
    CPPUNIT_TEST(keysExcludeEachOther);
    CPPUNIT_TEST(aKeyIsFreeAfterARollback);
    CPPUNIT_TEST(aUnitMayLockAKeyTwice);
    CPPUNIT_TEST(waitersAreBusyInTheEnd);
    CPPUNIT_TEST(itIsDownWhileItsDataAreAway);
    CPPUNIT_TEST(aUnitThatLostItsDataDoesNotCommit);
    CPPUNIT_TEST(manyThreadsWorkAtOnce);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

public:
    void setUp() override { made_ = make(); }
    void tearDown() override { made_.reset(); }

    void whatIsCommittedIsThere();
    void whatIsNotCommittedIsNot();
    void aUnitSeesItsOwnWork();
    void othersSeeItAfterTheCommitOnly();
    void aCommitIsAllOrNothing();
    void anEmptyUnitCommits();
    void aUnitCommitsOnce();
    void nothingIsWrittenAfterTheCommit();
    void aConflictLeavesTheUnitUsable();
    void keysExcludeEachOther();
    void aKeyIsFreeAfterARollback();
    void aUnitMayLockAKeyTwice();
    void waitersAreBusyInTheEnd();
    void itIsDownWhileItsDataAreAway();
    void aUnitThatLostItsDataDoesNotCommit();
    void manyThreadsWorkAtOnce();

protected:
    virtual std::unique_ptr<StoreUnderTest> make() = 0;
    Store& store() { return made_->store(); }

private:
    std::unique_ptr<StoreUnderTest> made_;
};

}  // namespace latchkey::contract
