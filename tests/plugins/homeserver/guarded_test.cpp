// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver/guarded_homeserver.h"
#include "tests/plugins/homeserver/recording_homeserver.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::homeserver {

class GuardedTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GuardedTest);
    CPPUNIT_TEST(cutsDeviceNamesBetweenCharacters);
    CPPUNIT_TEST(asksNobodyAboutNamesThatAreNotAscii);
    CPPUNIT_TEST(failsAtOnceWhileTheHomeserverIsAway);
    CPPUNIT_TEST(doesNotTakeARefusalForAnOutage);
    CPPUNIT_TEST(whatIsCosmeticStopsNobody);
    CPPUNIT_TEST(letsOnlySoManyRequestsWaitButAnyJob);
    CPPUNIT_TEST(countsCalls);
    CPPUNIT_TEST_SUITE_END();

    using Reason = HomeserverError::Reason;
    std::int64_t now_ = 0;
    RecordingHomeserver inner_;
    GuardedHomeserver guarded_{inner_, {.failures = 2, .openMs = 100, .now = [this] { return now_; }}};

    std::optional<Reason> ping() {
        try {
            guarded_.ping({});
            return std::nullopt;
        } catch (const HomeserverError& error) {
            return error.reason();
        }
    }

public:
    void cutsDeviceNamesBetweenCharacters() {
        std::string hundred;
        for (int i = 0; i < 100; ++i) hundred += "é";
        guarded_.upsertDevice("alice", "D", hundred + "éx", {});
        guarded_.setDeviceName("alice", "D", hundred + "x", {});
        guarded_.upsertDevice("alice", "D", std::nullopt, {});
        CPPUNIT_ASSERT((inner_.calls == std::vector<std::string>{"upsert alice D " + hundred, "device alice D " + hundred, "upsert alice D -"}));
    }

    void asksNobodyAboutNamesThatAreNotAscii() {
        CPPUNIT_ASSERT(guarded_.availability("zoë", {}) == LocalpartAvailability::invalid && guarded_.availability("", {}) == LocalpartAvailability::invalid);
        CPPUNIT_ASSERT(inner_.calls.empty());
        CPPUNIT_ASSERT(guarded_.availability("zoe", {}) == LocalpartAvailability::available);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, inner_.calls.size());
    }

    void failsAtOnceWhileTheHomeserverIsAway() {
        inner_.failure = Reason::failed;
        CPPUNIT_ASSERT(ping() == Reason::failed && ping() == Reason::failed);
        CPPUNIT_ASSERT(ping() == Reason::unreachable);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, inner_.calls.size());
        inner_.failure.reset();
        now_ = 100;
        CPPUNIT_ASSERT(!ping() && !ping());
    }

    void doesNotTakeARefusalForAnOutage() {
        for (const Reason reason : {Reason::notFound, Reason::refused, Reason::unauthorized, Reason::unsupported}) {
            inner_.failure = reason;
            for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(ping() == reason);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{12}, inner_.calls.size());
    }

    void whatIsCosmeticStopsNobody() {
        inner_.failure = Reason::unreachable;
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT_THROW(guarded_.findUser("alice", {.timeoutMs = 1'000, .cosmetic = true}), HomeserverError);
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, inner_.calls.size());
        inner_.failure.reset();
        CPPUNIT_ASSERT(!ping());
        inner_.failure = Reason::unreachable;
        ping(), ping();
        now_ = 100;  // the probe may be one, and decides nothing by failing
        CPPUNIT_ASSERT_THROW(guarded_.findUser("alice", {.timeoutMs = 1'000, .cosmetic = true}), HomeserverError);
        inner_.failure.reset();
        CPPUNIT_ASSERT(!ping());
    }

    void letsOnlySoManyRequestsWaitButAnyJob() {
        GuardedHomeserver crowded(inner_, {}, 1);
        const auto seat = crowded.room().tryEnter();
        const HomeserverCall call;
        CPPUNIT_ASSERT_THROW(crowded.findUser("alice", call), HomeserverError);
        CPPUNIT_ASSERT_THROW(crowded.availability("alice", call), HomeserverError);
        CPPUNIT_ASSERT_THROW(crowded.setDisplayName("alice", "A", call), HomeserverError);
        CPPUNIT_ASSERT_THROW(crowded.setDeviceName("alice", "D", "d", call), HomeserverError);
        CPPUNIT_ASSERT_THROW(crowded.allowCrossSigningReset("alice", call), HomeserverError);
        CPPUNIT_ASSERT(inner_.calls.empty());
        crowded.syncDevices("alice", {}, call);
        crowded.upsertDevice("alice", "D", {}, call);  // by who has the seat
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, inner_.calls.size());
        MetricsWriter writer;
        crowded.collect(writer);
        for (const char* line : {"latchkey_homeserver_waiting_requests 1", "latchkey_homeserver_turned_away_total 5"}) {
            CPPUNIT_ASSERT_MESSAGE(writer.text(), writer.text().find(line) != std::string::npos);
        }
    }

    void countsCalls() {
        ping();
        inner_.failure = Reason::unreachable;
        for (int i = 0; i < 3; ++i) ping();
        MetricsWriter writer;
        guarded_.collect(writer);
        for (const char* line : {"latchkey_homeserver_call_failures_total{call=\"ping\"} 2", "latchkey_homeserver_calls_skipped_total{call=\"ping\"} 1",
                                 "latchkey_homeserver_call_seconds_count{call=\"ping\"} 3", "latchkey_homeserver_away 1"}) {
            CPPUNIT_ASSERT_MESSAGE(writer.text(), writer.text().find(line) != std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GuardedTest);

}  // namespace latchkey::homeserver
