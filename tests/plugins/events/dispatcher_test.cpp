// SPDX-License-Identifier: Apache-2.0
#include "domain/user/user.h"
#include "kernel/deadline.h"
#include "kernel/log.h"
#include "plugins/events/dispatcher.h"
#include "tests/plugins/events/sinks.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::events {

class DispatcherTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DispatcherTest);
    CPPUNIT_TEST(givesEveryEventToEverySinkInOrder);
    CPPUNIT_TEST(aSinkThatHangsHoldsNobodyUp);
    CPPUNIT_TEST(dropsAndCountsWhatASinkDoesNotKeepUpWith);
    CPPUNIT_TEST(triesAgainWhenASinkIsAway);
    CPPUNIT_TEST(losesWhatASinkRefusesAndGoesOn);
    CPPUNIT_TEST(gathersBatches);
    CPPUNIT_TEST(drainingWritesWhatLingers);
    CPPUNIT_TEST(stoppingWritesWhatIsLeft);
    CPPUNIT_TEST(stoppingWaitsABoundedTimeForASinkThatIsAway);
    CPPUNIT_TEST(forgetsNamesOfNobody);
    CPPUNIT_TEST(cleansWhatPeopleSend);
    CPPUNIT_TEST_SUITE_END();

    static QueueLimits quick() { return {.most = 100, .firstPauseMs = 1, .longestPauseMs = 5, .stopMs = 200}; }

    static Event event(const std::string& reason) {
        Event event;
        event.kind = EventKind::loginFailed;
        event.reason = reason;
        return event;
    }

    static std::string reasons(const TestSink& sink) {
        std::string all;
        for (const Event& each : sink.all()) all += each.reason + " ";
        return all;
    }

    static bool shows(const Dispatcher& dispatcher, const std::string& sample) {
        MetricsWriter writer;
        dispatcher.collect(writer);
        return writer.text().find(sample + "\n") != std::string::npos;
    }

    void givesEveryEventToEverySinkInOrder() {
        TestSink one("one"), other("other");
        Dispatcher dispatcher({&one, &other}, false, quick());
        for (const char* each : {"a", "b", "c"}) dispatcher.emit(event(each));
        dispatcher.stop();
        CPPUNIT_ASSERT_EQUAL(std::string("a b c "), reasons(one));
        CPPUNIT_ASSERT_EQUAL(std::string("a b c "), reasons(other));
        CPPUNIT_ASSERT(one.all()[0].id == other.all()[0].id && one.all()[0].id < one.all()[2].id && one.all()[0].at.us > 0);
        CPPUNIT_ASSERT(shows(dispatcher, "latchkey_events_total{event=\"login.failed\"} 3") && shows(dispatcher, "latchkey_event_sink_written_total{sink=\"other\"} 3"));
    }

    void aSinkThatHangsHoldsNobodyUp() {
        TestSink slow("slow"), quickOne("quick");
        slow.hold(true);
        Dispatcher dispatcher({&slow, &quickOne}, false, quick());
        for (int i = 0; i < 50; ++i) dispatcher.emit(event("x"));
        CPPUNIT_ASSERT(eventually([&] { return quickOne.all().size() == 50; }));
        CPPUNIT_ASSERT(slow.all().empty());
        slow.hold(false);
        CPPUNIT_ASSERT(eventually([&] { return slow.all().size() == 50; }));
    }

    void dropsAndCountsWhatASinkDoesNotKeepUpWith() {
        std::string log;
        log::setSink([](std::string_view line, void* context) { static_cast<std::string*>(context)->append(line); }, &log);
        TestSink slow("slow", {.most = 10, .lingerMs = 0});
        slow.hold(true);
        Dispatcher dispatcher({&slow}, false, quick());
        dispatcher.emit(event("first"));
        CPPUNIT_ASSERT(eventually([&] { return slow.calls == 1; }));
        for (int i = 0; i < 130; ++i) dispatcher.emit(event("x"));
        CPPUNIT_ASSERT(shows(dispatcher, "latchkey_event_sink_dropped_total{sink=\"slow\"} 30") && shows(dispatcher, "latchkey_event_sink_waiting{sink=\"slow\"} 101"));
        log::setSink({}, nullptr);
        CPPUNIT_ASSERT_MESSAGE(log, log.find("events.dropped") != std::string::npos && log.find("events.dropped") == log.rfind("events.dropped"));
        slow.hold(false);
        CPPUNIT_ASSERT(eventually([&] { return slow.all().size() == 101; }));
    }

    void triesAgainWhenASinkIsAway() {
        TestSink sink;
        sink.away = true;
        Dispatcher dispatcher({&sink}, false, quick());
        dispatcher.emit(event("a"));
        CPPUNIT_ASSERT(eventually([&] { return sink.calls >= 3; }));
        sink.away = false;
        CPPUNIT_ASSERT(eventually([&] { return reasons(sink) == "a "; }));
        CPPUNIT_ASSERT(shows(dispatcher, "latchkey_event_sink_lost_total{sink=\"test\"} 0"));
    }

    void losesWhatASinkRefusesAndGoesOn() {
        TestSink sink;
        sink.refusing = true;
        Dispatcher dispatcher({&sink}, false, quick());
        dispatcher.emit(event("bad"));
        CPPUNIT_ASSERT(eventually([&] { return shows(dispatcher, "latchkey_event_sink_lost_total{sink=\"test\"} 1"); }));
        sink.refusing = false;
        dispatcher.emit(event("good"));
        CPPUNIT_ASSERT(eventually([&] { return reasons(sink) == "good "; }));
        CPPUNIT_ASSERT_EQUAL(2, sink.calls.load());
    }

    void gathersBatches() {
        TestSink sink("test", {.most = 10, .lingerMs = 60'000});
        Dispatcher dispatcher({&sink}, false, quick());
        for (int i = 0; i < 20; ++i) dispatcher.emit(event("x"));
        CPPUNIT_ASSERT(eventually([&] { return sink.all().size() == 20; }));
        CPPUNIT_ASSERT_EQUAL(2, sink.calls.load());
    }

    void drainingWritesWhatLingers() {
        TestSink sink("test", {.most = 10, .lingerMs = 60'000});
        Dispatcher dispatcher({&sink}, false, quick());
        dispatcher.emit(event("a"));
        dispatcher.drain(Deadline(5'000));
        CPPUNIT_ASSERT_EQUAL(std::string("a "), reasons(sink));
    }

    void stoppingWritesWhatIsLeft() {
        TestSink sink("test", {.most = 7, .lingerMs = 60'000});
        Dispatcher dispatcher({&sink}, false, quick());
        for (int i = 0; i < 30; ++i) dispatcher.emit(event("x"));
        dispatcher.stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t(30), sink.all().size());
        dispatcher.emit(event("late"));
        CPPUNIT_ASSERT(shows(dispatcher, "latchkey_event_sink_dropped_total{sink=\"test\"} 1"));
    }

    void stoppingWaitsABoundedTimeForASinkThatIsAway() {
        TestSink sink("test", {.most = 1, .lingerMs = 0});
        sink.away = true;
        Dispatcher dispatcher({&sink}, false, quick());
        for (int i = 0; i < 50; ++i) dispatcher.emit(event("x"));
        const std::int64_t before = monotonicMs();
        dispatcher.stop();
        CPPUNIT_ASSERT(monotonicMs() - before < 5'000);
        CPPUNIT_ASSERT(shows(dispatcher, "latchkey_event_sink_lost_total{sink=\"test\"} 50"));
    }

    void forgetsNamesOfNobody() {
        TestSink sink;
        Event unknown = event("a"), known = event("b");
        unknown.nameTried = known.nameTried = "hunter2";
        known.about(User{.id = *Ulid::parse("01HZZZZZZZZZZZZZZZZZZZZZZZ"), .username = "alice", .createdAt = {}, .lockedAt = {}, .deactivatedAt = {}});
        for (const bool keep : {false, true}) {
            Dispatcher dispatcher({&sink}, keep, quick());
            dispatcher.emit(unknown);
            dispatcher.emit(known);
            dispatcher.stop();
        }
        std::string names;
        for (const Event& each : sink.all()) names += "[" + each.nameTried + "]";
        CPPUNIT_ASSERT_EQUAL(std::string("[][][hunter2][]"), names);
    }

    void cleansWhatPeopleSend() {
        TestSink sink;
        Dispatcher dispatcher({&sink}, true, quick());
        Event hostile = event("a");
        hostile.userAgent = std::string(5'000, 'x');
        hostile.nameTried = "a\n2026-01-31 login.failed ip=198.51.100.1";
        dispatcher.emit(hostile);
        dispatcher.stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t(255), sink.all()[0].userAgent->size());
        CPPUNIT_ASSERT(sink.all()[0].nameTried.find('\n') == std::string::npos);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DispatcherTest);

}  // namespace latchkey::events
