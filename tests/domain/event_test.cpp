// SPDX-License-Identifier: Apache-2.0
#include "domain/event_sink.h"
#include "domain/user/user.h"

#include <cppunit/extensions/HelperMacros.h>

#include <set>
#include <stdexcept>

namespace latchkey {

class EventTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EventTest);
    CPPUNIT_TEST(everyKindHasANameOfItsOwn);
    CPPUNIT_TEST(saysWhatIsThereAndNothingElse);
    CPPUNIT_TEST(isOneJsonObject);
    CPPUNIT_TEST(showsLittleOfAnAddress);
    CPPUNIT_TEST(cleansTexts);
    CPPUNIT_TEST(cutsBetweenCharacters);
    CPPUNIT_TEST(costsNothingWhereNobodyListens);
    CPPUNIT_TEST(neverFailsWhoeverTellsOfSomething);
    CPPUNIT_TEST_SUITE_END();

    static Event sample() {
        Event event;
        event.kind = EventKind::sessionEnded;
        event.at = {1'750'000'000'123'456};
        event.id = *Ulid::parse("01HZZZZZZZZZZZZZZZZZZZZZZZ");
        event.ip = "192.0.2.7";
        event.userAgent = "Say \"hi\"";
        event.count = 3;
        event.sessionKind = SessionKind::compat;
        return event;
    }

    void everyKindHasANameOfItsOwn() {
        std::set<std::string_view> names;
        for (const EventKind each : allEventKinds()) {
            names.insert(eventName(each));
            CPPUNIT_ASSERT(eventKindOf(eventName(each)) == each && !eventText(each).empty());
        }
        CPPUNIT_ASSERT_EQUAL(allEventKinds().size(), names.size());
        CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(EventKind::commandRun) + 1, allEventKinds().size());
        CPPUNIT_ASSERT(!eventKindOf("login") && !eventKindOf(""));
    }

    void saysWhatIsThereAndNothingElse() {
        std::string all;
        for (const auto& [name, value] : fieldsOf(sample())) all += std::string(name) + "=" + value + " ";
        CPPUNIT_ASSERT_EQUAL(std::string("ip=192.0.2.7 actor=user session_kind=compat count=3 user_agent=Say \"hi\" "), all);
    }

    void isOneJsonObject() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"id":"01HZZZZZZZZZZZZZZZZZZZZZZZ","event":"session.ended","at":"2025-06-15T15:06:40.123456Z","ip":"192.0.2.7","actor":"user",)"
                                         R"("session_kind":"compat","count":3,"user_agent":"Say \"hi\""})"),
                             toJson(sample()));
    }

    void showsLittleOfAnAddress() {
        CPPUNIT_ASSERT_EQUAL(std::string("a***@example.org"), maskedEmail("alice@example.org"));
        CPPUNIT_ASSERT_EQUAL(std::string("\xC3\xA9***@example.org"), maskedEmail("\xC3\xA9loise@example.org"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"***@example.org"), maskedEmail("\"a@b\"@example.org"));
        for (const char* each : {"", "alice", "@example.org"}) CPPUNIT_ASSERT_EQUAL(std::string("***"), maskedEmail(each));
    }

    static std::string cleaned(std::string text, std::size_t most = 255) {
        cleanText(text, most);
        return text;
    }

    void cleansTexts() {
        const std::string r = "\xEF\xBF\xBD";
        CPPUNIT_ASSERT_EQUAL(std::string("Zo\xC3\xAB \xF0\x9F\x94\x91"), cleaned("Zo\xC3\xAB \xF0\x9F\x94\x91"));
        CPPUNIT_ASSERT_EQUAL("a" + r + "b" + r + "c" + r, cleaned("a\nb\rc\x7F"));
        CPPUNIT_ASSERT_EQUAL("a" + r + "b", cleaned(std::string("a\0b", 3)));
        for (const char* each : {"\x80", "\xC1", "\xFE", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xAE", "\xE2\x81\xA6"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(each, r, cleaned(each));
        CPPUNIT_ASSERT_EQUAL(r + r, cleaned("\xC0\x8A"));          // a line feed, written too long
        CPPUNIT_ASSERT_EQUAL(r + r + r, cleaned("\xED\xA0\x80"));  // half of a pair of UTF-16
        CPPUNIT_ASSERT_EQUAL(r + "x", cleaned("\xE2x"));
        CPPUNIT_ASSERT_EQUAL(r + r, cleaned("\xE2\x82"));
    }

    void cutsBetweenCharacters() {
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), cleaned("abcdef", 3));
        CPPUNIT_ASSERT_EQUAL(std::string("ab"), cleaned("ab\xC3\xAB", 3));
        CPPUNIT_ASSERT_EQUAL(std::string("ab\xC3\xAB"), cleaned("ab\xC3\xABx", 4));
    }

    void costsNothingWhereNobodyListens() {
        emit(nullptr, EventKind::loginFailed, [](Event&) { CPPUNIT_FAIL("nobody asked"); });
    }

    struct Counting final : Events {
        void emit(Event) noexcept override { ++emitted; }
        void lost() noexcept override { ++lostOnes; }
        int emitted = 0, lostOnes = 0;
    };

    void neverFailsWhoeverTellsOfSomething() {
        Counting events;
        emit(&events, EventKind::loginFailed, [](Event&) { throw std::runtime_error("no memory"); });
        emit(&events, EventKind::loginFailed, [](Event& event) { event.reason = "locked"; });
        CPPUNIT_ASSERT_EQUAL(1, events.emitted);
        CPPUNIT_ASSERT_EQUAL(1, events.lostOnes);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EventTest);

}  // namespace latchkey
