// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/dynamic_data.h"

#include "domain/store.h"
#include "tests/plugins/policy-builtin/policy_of.h"
#include "tests/support/process.h"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>

namespace latchkey::policy {

class DynamicDataTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DynamicDataTest);
    CPPUNIT_TEST(takesTheNewestVersion);
    CPPUNIT_TEST(goesBackToTheConfigurationWhenThereIsNone);
    CPPUNIT_TEST(theFirstLoadFailsWithTheVersionsName);
    CPPUNIT_TEST(aFailedRefreshKeepsTheOldData);
    CPPUNIT_TEST(refreshesByItself);
    CPPUNIT_TEST(stopsAtOnce);
    CPPUNIT_TEST_SUITE_END();

    BuiltinPolicy policy_{"{}"};
    std::mutex mutex_;
    std::optional<PolicyData> newest_;  // guarded by mutex_
    std::atomic<bool> down_{false};
    std::atomic<int> asked_{0};

    DynamicData::Newest source() {
        return [this]() -> std::optional<PolicyData> {
            ++asked_;
            if (down_) throw StorageDown("the database is away");
            const std::lock_guard lock(mutex_);
            return newest_;
        };
    }
    void set(std::int64_t ms, const std::string& data) {
        const std::lock_guard lock(mutex_);
        newest_ = PolicyData{.id = Ulid::make(Instant{ms * 1000}, {}), .createdAt = {}, .data = data};
    }
    bool banned(const std::string& name) {
        return !policy_.registration({.method = "password", .username = name, .email = {}, .requester = {}}).empty();
    }
    static std::string banning(const std::string& name) { return R"({"registration":{"banned_usernames":{"literals":[")" + name + "\"]}}}"; }

    void takesTheNewestVersion() {
        DynamicData dynamic(source(), policy_);
        set(1, banning("one"));
        dynamic.load();
        CPPUNIT_ASSERT(banned("one"));
        set(2, banning("two"));
        dynamic.refresh();
        CPPUNIT_ASSERT(banned("two") && !banned("one"));
    }

    void goesBackToTheConfigurationWhenThereIsNone() {
        DynamicData dynamic(source(), policy_);
        set(1, banning("one"));
        dynamic.load();
        newest_.reset();
        dynamic.refresh();
        CPPUNIT_ASSERT(!banned("one"));
    }

    void theFirstLoadFailsWithTheVersionsName() {
        DynamicData dynamic(source(), policy_);
        set(1, R"({"admin_users":5})");
        try {
            dynamic.load();
            CPPUNIT_FAIL("was not refused");
        } catch (const PolicyDataError& error) {
            CPPUNIT_ASSERT_EQUAL("the policy data " + newest_->id.text() + " of the database cannot be used: admin_users: must be a list of strings", std::string(error.what()));
        }
        down_ = true;
        CPPUNIT_ASSERT_THROW(dynamic.load(), StorageDown);
    }

    void aFailedRefreshKeepsTheOldData() {
        DynamicData dynamic(source(), policy_);
        set(1, banning("one"));
        dynamic.load();
        down_ = true;
        dynamic.refresh();
        CPPUNIT_ASSERT(banned("one"));
        down_ = false;
        set(2, R"({"registration":5})");
        dynamic.refresh();
        CPPUNIT_ASSERT(banned("one"));
        set(3, banning("three"));
        dynamic.refresh();
        CPPUNIT_ASSERT(banned("three"));
    }

    void refreshesByItself() {
        DynamicData dynamic(source(), policy_);
        dynamic.load();
        dynamic.refreshEvery(5);
        down_ = true;
        const int before = asked_;
        CPPUNIT_ASSERT(test::eventually([&] { return asked_ > before + 2; }, 60'000));  // a failure does not end it
        down_ = false;
        set(1, banning("one"));
        CPPUNIT_ASSERT(test::eventually([&] { return banned("one"); }, 60'000));
    }

    void stopsAtOnce() {
        DynamicData dynamic(source(), policy_);
        dynamic.refreshEvery(3'600'000);
        dynamic.stop();
        dynamic.stop();
        CPPUNIT_ASSERT_EQUAL(0, asked_.load());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DynamicDataTest);

}  // namespace latchkey::policy
