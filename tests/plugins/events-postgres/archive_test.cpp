// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "plugins/events-postgres/archive_sink.h"
#include "plugins/events-postgres/janitor.h"
#include "plugins/events/dispatcher.h"
#include "plugins/storage-postgres/events/event_archive.h"
#include "tests/contract/oauth/world.h"
#include "tests/plugins/events/sinks.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::events_postgres {

class EventArchiveTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EventArchiveTest);
    CPPUNIT_TEST(keepsEventsAndGivesThemBackInOrder);
    CPPUNIT_TEST(findsByNameUserAddressAndTime);
    CPPUNIT_TEST(writesABatchThatComesTwiceOnce);
    CPPUNIT_TEST(takesWhateverTheDispatcherLetsThrough);
    CPPUNIT_TEST(keepsEventsOfUsersWhoAreGone);
    CPPUNIT_TEST(prunesInSteps);
    CPPUNIT_TEST(theJanitorRemovesWhatIsOlderThanTheRetention);
    CPPUNIT_TEST(attack32_waitsForADatabaseThatIsAwayWithoutHoldingAnybodyUp);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    std::shared_ptr<Event> event(std::int64_t seconds, EventKind kind = EventKind::loginFailed) const {
        auto event = std::make_shared<Event>();
        event->kind = kind;
        event->at = contract::later(world_->now, seconds);
        event->id = newId(event->at);
        event->ip = "192.0.2.7";
        return event;
    }

    std::string names(const EventFilter& filter) const {
        std::string all;
        for (const ArchivedEvent& each : pg::PgEventArchive(world_->pool()).find(filter)) all += each.name + "@" + std::to_string((each.at - world_->now).us / 1'000'000) + " ";
        return all;
    }

    void keepsEventsAndGivesThemBackInOrder() {
        if (!world_) return;
        pg::PgEventArchive archive(world_->pool());
        archive.write({event(2), event(1, EventKind::loginSucceeded), event(3)});
        archive.write({});
        CPPUNIT_ASSERT_EQUAL(std::string("login.succeeded@1 login.failed@2 login.failed@3 "), names({}));
        EventFilter two;
        two.most = 2;
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed@2 login.failed@3 "), names(two));
        const auto first = event(4);
        archive.write({first});
        EventFilter one;
        one.most = 1;
        const ArchivedEvent kept = archive.find(one).at(0);
        CPPUNIT_ASSERT(kept.id == first->id && kept.at == first->at);
        CPPUNIT_ASSERT_EQUAL(toJson(*first), kept.json);
    }

    void findsByNameUserAddressAndTime() {
        if (!world_) return;
        const Ulid alice = world_->user();
        const auto hers = event(1, EventKind::passwordChanged), six = event(2), none = event(3);
        hers->userId = alice;
        six->ip = "2001:db8::7";
        none->ip.reset();
        pg::PgEventArchive(world_->pool()).write({hers, six, none});
        EventFilter filter;
        filter.name = "password.changed";
        CPPUNIT_ASSERT_EQUAL(std::string("password.changed@1 "), names(filter));
        filter = {};
        filter.userId = alice;
        CPPUNIT_ASSERT_EQUAL(std::string("password.changed@1 "), names(filter));
        filter = {};
        filter.ip = "2001:db8::/32";
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed@2 "), names(filter));
        filter.ip = "192.0.2.7";
        CPPUNIT_ASSERT_EQUAL(std::string("password.changed@1 "), names(filter));
        filter = {};
        filter.since = contract::later(world_->now, 2);
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed@2 login.failed@3 "), names(filter));
        filter.until = contract::later(world_->now, 2);
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed@2 "), names(filter));
    }

    // Whether a commit succeeded is not always known.
    void writesABatchThatComesTwiceOnce() {
        if (!world_) return;
        const EventBatch batch = {event(1), event(2)};
        pg::PgEventArchive archive(world_->pool());
        archive.write(batch);
        archive.write(batch);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world_->sql("SELECT count(*) FROM latchkey_events"));
    }

    void takesWhateverTheDispatcherLetsThrough() {
        if (!world_) return;
        pg::PgEventArchive archive(world_->pool());
        ArchiveSink sink(archive);
        events::Dispatcher dispatcher({&sink}, true);
        for (const std::string& each : {std::string("a\0b", 3), std::string("\xFF\xED\xA0\x80"), std::string("\\u0000"), std::string("'; DROP TABLE users; --"), std::string(100'000, '"')}) {
            Event hostile = *event(1);
            hostile.nameTried = each;
            hostile.userAgent = hostile.ip = each;
            dispatcher.emit(hostile);
        }
        dispatcher.stop();
        CPPUNIT_ASSERT_EQUAL(std::string("5 0"), world_->sql("SELECT count(*) || ' ' || count(ip) FROM latchkey_events WHERE details->>'name_tried' <> ''"));
    }

    void keepsEventsOfUsersWhoAreGone() {
        if (!world_) return;
        const auto hers = event(1);
        hers->userId = world_->user();
        pg::PgEventArchive(world_->pool()).write({hers});
        world_->sql("DELETE FROM users");
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed@1 "), names({}));
    }

    void prunesInSteps() {
        if (!world_) return;
        pg::PgEventArchive archive(world_->pool());
        archive.write({event(1), event(2), event(3), event(10)});
        const Instant before = contract::later(world_->now, 5);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), archive.prune(before, 2));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), archive.prune(before, 2));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), archive.prune(before, 2));
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed@10 "), names({}));
    }

    void theJanitorRemovesWhatIsOlderThanTheRetention() {
        if (!world_) return;
        pg::PgEventArchive archive(world_->pool());
        EventBatch batch;
        for (int i = 0; i < 2'500; ++i) batch.push_back(event(i));
        const auto fresh = event(0);
        fresh->at = currentTime();
        fresh->id = newId(fresh->at);
        batch.push_back(fresh);
        archive.write(batch);
        const Janitor janitor(archive, Duration::seconds(3'600));
        CPPUNIT_ASSERT(events::eventually([&] { return world_->sql("SELECT count(*) FROM latchkey_events") == "1"; }));
    }

    void attack32_waitsForADatabaseThatIsAwayWithoutHoldingAnybodyUp() {
        if (!world_) return;
        world_->sql("ALTER TABLE latchkey_events RENAME TO latchkey_gone");
        pg::PgEventArchive archive(world_->pool());
        CPPUNIT_ASSERT_THROW(archive.write({event(1)}), StorageError);  // nothing that would pass by itself: lost
        world_->sql("ALTER TABLE latchkey_gone RENAME TO latchkey_events");
        world_->pool().close();
        ArchiveSink sink(archive);
        events::Dispatcher dispatcher({&sink}, false, {.most = 10, .firstPauseMs = 1, .longestPauseMs = 5, .stopMs = 50});
        for (int i = 0; i < 100; ++i) dispatcher.emit(*event(1));
        dispatcher.stop();
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM latchkey_events"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EventArchiveTest);

}  // namespace latchkey::events_postgres
