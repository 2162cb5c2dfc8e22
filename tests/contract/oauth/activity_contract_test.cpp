// SPDX-License-Identifier: Apache-2.0
#include "domain/activity.h"
#include "kernel/deadline.h"
#include "plugins/storage-postgres/activity/activity_buffer.h"
#include "tests/contract/oauth/world.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>

namespace latchkey::contract {

class ActivityContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ActivityContractTest);
    CPPUNIT_TEST(writesEveryKind);
    CPPUNIT_TEST(timesOnlyMoveForward);
    CPPUNIT_TEST(keepsTheAddressWhereNoneOrNonsenseCame);
    CPPUNIT_TEST(aVanishedSessionLosesItsRowOnly);
    CPPUNIT_TEST(theLatestOfSeveralCounts);
    CPPUNIT_TEST(fiftyWritersDoNotDeadlock);
    CPPUNIT_TEST(bufferWritesWhenItIsFull);
    CPPUNIT_TEST(bufferWritesAtReloadAndAtDrain);
    CPPUNIT_TEST(bufferKeepsWhatCouldNotBeWritten);
    CPPUNIT_TEST(bufferDropsTheOldestAndCountsThem);
    CPPUNIT_TEST(bufferStandsRecordsOfManyThreads);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    Activity used(const Ulid& session, std::int64_t seconds, std::optional<std::string> ip = std::nullopt) {
        return {SessionKind::oauth2, session, later(world_->now, seconds), std::move(ip)};
    }
    void write(const std::vector<Activity>& activities) {
        world_->commit([&](UnitOfWork& work) { work.activities().write(activities); });
    }
    OAuthSession find(const Ulid& id) { return world_->store().begin()->oauthSessions().find(id).value(); }

    void writesEveryKind() {
        if (!world_) return;
        const Ulid user = world_->user();
        const Ulid browser = world_->browserSession(user);
        const OAuthSession session = world_->session(user);
        const std::string owner = "'" + user.uuid() + "'";
        world_->sql("INSERT INTO compat_sessions (compat_session_id, user_id, created_at) VALUES (" + owner + ", " + owner + ", now());"
                    "INSERT INTO personal_sessions (personal_session_id, owner_user_id, actor_user_id, human_name, scope_list, created_at) "
                    "VALUES (" + owner + ", " + owner + ", " + owner + ", '', '{}', now())");
        write({{SessionKind::browser, browser, world_->now, "192.0.2.1"}, {SessionKind::oauth2, session.id, world_->now, "192.0.2.2"},
               {SessionKind::compat, user, world_->now, "2001:db8::3"}, {SessionKind::personal, user, world_->now, "192.0.2.4"}});
        const std::string at = "SELECT concat_ws(' ', (extract(epoch from last_active_at) * 1000000)::bigint, host(last_active_ip)) FROM ";
        CPPUNIT_ASSERT_EQUAL(std::string("1750000000123456 192.0.2.1"), world_->sql(at + "user_sessions"));
        CPPUNIT_ASSERT_EQUAL(std::string("1750000000123456 192.0.2.2"), world_->sql(at + "oauth2_sessions"));
        CPPUNIT_ASSERT_EQUAL(std::string("1750000000123456 2001:db8::3"), world_->sql(at + "compat_sessions"));
        CPPUNIT_ASSERT_EQUAL(std::string("1750000000123456 192.0.2.4"), world_->sql(at + "personal_sessions"));
    }

    void timesOnlyMoveForward() {
        if (!world_) return;
        const Ulid id = world_->session().id;
        write({used(id, 10, "192.0.2.1")});
        write({used(id, 5, "192.0.2.2")});
        CPPUNIT_ASSERT(find(id).lastActiveAt == later(world_->now, 10) && find(id).lastActiveIp == "192.0.2.1");
        write({used(id, 15, "192.0.2.3")});
        CPPUNIT_ASSERT(find(id).lastActiveAt == later(world_->now, 15) && find(id).lastActiveIp == "192.0.2.3");
    }

    void keepsTheAddressWhereNoneOrNonsenseCame() {
        if (!world_) return;
        const Ulid id = world_->session().id;
        write({used(id, 1, "192.0.2.1")});
        write({used(id, 2)});
        write({used(id, 3, "unknown"), used(world_->session().id, 3, "fe80::1%eth0")});
        CPPUNIT_ASSERT(find(id).lastActiveAt == later(world_->now, 3) && find(id).lastActiveIp == "192.0.2.1");
    }

    void aVanishedSessionLosesItsRowOnly() {
        if (!world_) return;
        const Ulid id = world_->session().id;
        write({used(world_->id(), 1, "192.0.2.1"), used(id, 1, "192.0.2.1"), used(world_->id(), 1)});
        CPPUNIT_ASSERT(find(id).lastActiveAt == later(world_->now, 1));
        write({});
    }

    void theLatestOfSeveralCounts() {
        if (!world_) return;
        const Ulid id = world_->session().id;
        write({used(id, 1, "192.0.2.1"), used(id, 3), used(id, 2, "192.0.2.2")});
        CPPUNIT_ASSERT(find(id).lastActiveAt == later(world_->now, 3) && find(id).lastActiveIp == "192.0.2.2");
    }

    void fiftyWritersDoNotDeadlock() {
        if (!world_) return;
        std::vector<Activity> forth;
        for (int i = 0; i < 30; ++i) forth.push_back(used(world_->session().id, i));
        const std::vector<Activity> back(forth.rbegin(), forth.rend());
        std::atomic<int> turn{0};
        CPPUNIT_ASSERT_EQUAL(50, world_->winners([&](UnitOfWork& work) {
            work.activities().write(turn++ % 2 == 0 ? forth : back);
            return true;
        }));
    }

    void bufferWritesWhenItIsFull() {
        if (!world_) return;
        pg::ActivityBuffer buffer(world_->store(), {.flushAt = 2, .most = 100, .periodMs = 3'600'000});
        const Ulid one = world_->session().id;
        const Ulid other = world_->session().id;
        for (int i = 0; i < 50; ++i) buffer.record(used(one, i));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), buffer.stats().pending);  // one session is one, however often it is used
        buffer.record(used(other, 1));
        CPPUNIT_ASSERT(test::eventually([&] { return buffer.stats().written == 2; }, 30'000));
        CPPUNIT_ASSERT(find(one).lastActiveAt == later(world_->now, 49) && find(other).lastActiveAt == later(world_->now, 1));
    }

    void bufferWritesAtReloadAndAtDrain() {
        if (!world_) return;
        pg::ActivityBuffer buffer(world_->store(), {.flushAt = 2, .most = 100, .periodMs = 3'600'000});
        const Ulid id = world_->session().id;
        buffer.record(used(id, 1));
        buffer.reload();
        CPPUNIT_ASSERT(test::eventually([&] { return buffer.stats().written == 1; }, 30'000));
        for (int i = 0; i < 3; ++i) buffer.record(used(world_->session().id, 2));
        buffer.record(used(id, 2));
        buffer.drain(Deadline(30'000));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), buffer.stats().pending);
        CPPUNIT_ASSERT(find(id).lastActiveAt == later(world_->now, 2));
    }

    void bufferKeepsWhatCouldNotBeWritten() {
        if (!world_) return;
        pg::ActivityBuffer buffer(world_->store(), {.flushAt = 1, .most = 100, .periodMs = 3'600'000});
        const Ulid id = world_->session().id;
        world_->sql("ALTER TABLE oauth2_sessions RENAME TO hidden");
        buffer.record(used(id, 1, "192.0.2.1"));
        CPPUNIT_ASSERT(test::eventually([&] { return buffer.stats().failures == 1; }, 30'000));
        buffer.record(used(id, 2));  // no new attempt for each record
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), buffer.stats().pending);
        world_->sql("ALTER TABLE hidden RENAME TO oauth2_sessions");
        buffer.reload();
        CPPUNIT_ASSERT(test::eventually([&] { return buffer.stats().written == 1; }, 30'000));
        CPPUNIT_ASSERT(find(id).lastActiveAt == later(world_->now, 2) && find(id).lastActiveIp == "192.0.2.1");
    }

    void bufferDropsTheOldestAndCountsThem() {
        if (!world_) return;
        pg::ActivityBuffer buffer(world_->store(), {.flushAt = 1'000, .most = 2, .periodMs = 3'600'000});
        std::vector<Ulid> ids;
        for (int i = 0; i < 3; ++i) ids.push_back(world_->session().id);
        for (const Ulid& each : ids) buffer.record(used(each, 1));
        CPPUNIT_ASSERT(buffer.stats().dropped == 1 && buffer.stats().pending == 2);
        buffer.drain(Deadline(30'000));
        CPPUNIT_ASSERT(!find(ids[0]).lastActiveAt && find(ids[1]).lastActiveAt && find(ids[2]).lastActiveAt);
    }

    void bufferStandsRecordsOfManyThreads() {
        if (!world_) return;
        pg::ActivityBuffer buffer(world_->store(), {.flushAt = 3, .most = 1'000, .periodMs = 1});
        std::vector<Ulid> ids;
        for (int i = 0; i < 10; ++i) ids.push_back(world_->session().id);
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&] {
                for (int i = 1; i <= 200; ++i) buffer.record(used(ids[static_cast<std::size_t>(i) % ids.size()], i));
            });
        }
        for (std::thread& each : threads) each.join();
        buffer.drain(Deadline(60'000));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(0), buffer.stats().failures + buffer.stats().dropped);
        CPPUNIT_ASSERT(find(ids[0]).lastActiveAt == later(world_->now, 200) && find(ids[9]).lastActiveAt == later(world_->now, 199));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ActivityContractTest);

}  // namespace latchkey::contract
