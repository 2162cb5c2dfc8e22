// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/user.h"
#include "tests/contract/store_contract.h"

namespace latchkey::contract {

/// Every promise of domain/user/user_repository.h.
class UserContract : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UserContract);
    CPPUNIT_TEST(addsAUserAsItIsGiven);
    CPPUNIT_TEST(findsNobodyWhereNobodyIs);
    CPPUNIT_TEST(findsNamesWithoutRegardToCase);
    CPPUNIT_TEST(prefersTheExactSpelling);
    CPPUNIT_TEST(knowsWhetherANameExists);
    CPPUNIT_TEST(refusesANameThatIsTaken);
    CPPUNIT_TEST(takesAnotherSpellingOfAName);
    CPPUNIT_TEST(ofTwoWhoAddANameOneWins);
    CPPUNIT_TEST(aNameIsFreeAgainAfterARollback);
    CPPUNIT_TEST(locksOnceAndKeepsTheDate);
    CPPUNIT_TEST(unlocksWhatIsLocked);
    CPPUNIT_TEST(ofTwoWhoLockAUserOneWins);
    CPPUNIT_TEST(keepsInstantsToTheMicrosecond);
    CPPUNIT_TEST(keepsEveryCharacterOfAName);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

public:
    void setUp() override { made_ = make(); }
    void tearDown() override { made_.reset(); }

    void addsAUserAsItIsGiven();
    void findsNobodyWhereNobodyIs();
    void findsNamesWithoutRegardToCase();
    void prefersTheExactSpelling();
    void knowsWhetherANameExists();
    void refusesANameThatIsTaken();
    void takesAnotherSpellingOfAName();
    void ofTwoWhoAddANameOneWins();
    void aNameIsFreeAgainAfterARollback();
    void locksOnceAndKeepsTheDate();
    void unlocksWhatIsLocked();
    void ofTwoWhoLockAUserOneWins();
    void keepsInstantsToTheMicrosecond();
    void keepsEveryCharacterOfAName();

protected:
    virtual std::unique_ptr<StoreUnderTest> make() = 0;

private:
    /// Does the work in a unit of its own, and commits.
    template <typename Work>
    auto committed(Work&& work);
    User add(const std::string& name, int number = 1);

    std::unique_ptr<StoreUnderTest> made_;
};

}  // namespace latchkey::contract
