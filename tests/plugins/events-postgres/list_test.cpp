// SPDX-License-Identifier: Apache-2.0
#include "kernel/command_line.h"
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "kernel/error.h"
#include "plugins/events-postgres/list_command.h"
#include "plugins/events-postgres/settings.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::events_postgres {

class ListEventsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ListEventsTest);
    CPPUNIT_TEST(readsItsFilters);
    CPPUNIT_TEST(refusesWhatItDoesNotUnderstand);
    CPPUNIT_TEST(writesLinesForPeople);
    CPPUNIT_TEST(readsItsSettings);
    CPPUNIT_TEST_SUITE_END();

    static constexpr Instant kNow{1'750'000'000'000'000};

    static EventFilter filter(std::vector<std::string> words) {
        ListEvents command;
        CommandLine line;
        line.add(command);
        words.insert(words.begin(), {"events", "list"});
        return filterOf(line.parse(words).arguments, kNow);
    }

    void readsItsFilters() {
        const EventFilter nothing = filter({});
        CPPUNIT_ASSERT(!nothing.name && !nothing.ip && !nothing.since && !nothing.until && nothing.most == 100);
        const EventFilter all = filter({"--event", "login.failed", "--ip=192.0.2.0/24", "--since", "24h", "--until", "2025-06-15T17:06:40.5+02:00", "--limit", "7", "--json"});
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed 192.0.2.0/24"), *all.name + " " + *all.ip);
        CPPUNIT_ASSERT_EQUAL((kNow - Duration::seconds(86'400)).us, all.since->us);
        CPPUNIT_ASSERT_EQUAL((kNow + Duration::milliseconds(500)).us, all.until->us);
        CPPUNIT_ASSERT_EQUAL(7, all.most);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1'749'945'600), filter({"--since", "2025-06-15"}).since->us / 1'000'000);
        CPPUNIT_ASSERT_EQUAL((kNow - Duration::seconds(120)).us, filter({"--until", "2m"}).until->us);
    }

    void refusesWhatItDoesNotUnderstand() {
        const std::vector<std::vector<std::string>> wrong = {{"--event", "login"}, {"--ip", "localhost"}, {"--ip="}, {"--since", "yesterday"}, {"--since", "7"}, {"--since="}, {"--since", "99999999999999999999d"},
                                                             {"--since", "-1d"}, {"--until", "2026-13-01"}, {"--limit", "0"}, {"--limit", "100001"}, {"--limit", "x"}, {"extra"}};
        for (const auto& words : wrong) CPPUNIT_ASSERT_THROW_MESSAGE(words.back(), filter(words), UsageError);
    }

    void writesLinesForPeople() {
        Event event;
        event.kind = EventKind::loginFailed;
        event.at = kNow;
        event.ip = "192.0.2.7";
        event.reason = "locked";
        event.userAgent = "Say \"hi\"";
        CPPUNIT_ASSERT_EQUAL(std::string("2025-06-15T15:06:40.000000Z  login.failed ip=192.0.2.7 actor=user reason=locked user_agent=\"Say \\\"hi\\\"\""),
                             lineOf({event.id, event.at, "login.failed", toJson(event)}));
    }

    static std::string retention(const std::string& yaml) {
        config::Problems problems;
        config::Tree tree;
        tree.merge(config::parseYaml(yaml, "test.yaml", problems));
        const ArchiveSettings settings = ArchiveSettings::parse(config::Section(tree, problems));
        if (problems.failed()) return "problem";
        return std::string(settings.enabled ? "on " : "off ") + (settings.retention ? std::to_string(settings.retention->us / 1'000'000) : "forever");
    }

    void readsItsSettings() {
        CPPUNIT_ASSERT_EQUAL(std::string("off 7776000"), retention("{}"));
        CPPUNIT_ASSERT_EQUAL(std::string("on 7776000"), retention("events: {postgres: {enabled: true}}"));
        CPPUNIT_ASSERT_EQUAL(std::string("on 86400"), retention("events: {postgres: {enabled: true, retention: 86400}}"));
        CPPUNIT_ASSERT_EQUAL(std::string("on forever"), retention("events: {postgres: {enabled: true, retention: null}}"));
        for (const char* each : {"0", "3599", "-1", "9999999999999"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(each, std::string("problem"), retention("events: {postgres: {retention: " + std::string(each) + "}}"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ListEventsTest);

}  // namespace latchkey::events_postgres
