// SPDX-License-Identifier: Apache-2.0
#include "domain/user/user.h"
#include "kernel/log.h"
#include "plugins/events-log/log_sink.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::events_log {

class LogSinkTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogSinkTest);
    CPPUNIT_TEST(writesTheDocumentedLine);
    CPPUNIT_TEST(writesTheSameAsJson);
    CPPUNIT_TEST(writesWhateverIsFilledIn);
    CPPUNIT_TEST(attack21_noTextEndsALineOrTouchesTheAddress);
    CPPUNIT_TEST(theDoctorSaysIfTheFilterHidesEvents);
    CPPUNIT_TEST_SUITE_END();

    std::string log_;

public:
    void setUp() override {
        log_.clear();
        log::configure("info", log::Format::text);
        log::setSink([](std::string_view line, void* context) { static_cast<std::string*>(context)->append(line.substr(line.find("INFO"))); }, &log_);
    }
    void tearDown() override {
        log::setSink({}, nullptr);
        log::configure("info", log::Format::text);
    }

private:
    static Event failure(const std::string& name) {
        Event event;
        event.kind = EventKind::loginFailed;
        event.ip = "192.0.2.7";
        event.via = "account";
        event.method = "password";
        event.reason = "invalid_credentials";
        event.userAgent = name;
        return event;
    }

    static void write(const Event& event) { LogSink().write({std::make_shared<Event>(event)}); }

    void writesTheDocumentedLine() {
        write(failure("Element"));
        CPPUNIT_ASSERT_EQUAL(std::string("INFO  login.failed - a log-in failed ip=192.0.2.7 actor=user via=account method=password reason=invalid_credentials user_agent=Element\n"), log_);
    }

    void writesTheSameAsJson() {
        log::configure("info", log::Format::json);
        write(failure("Element"));
        const std::string expected = R"(INFO","target":"events","event":"login.failed","message":"a log-in failed","ip":"192.0.2.7","actor":"user","via":"account","method":"password","reason":"invalid_credentials","user_agent":"Element"})";
        CPPUNIT_ASSERT_EQUAL(expected, log_.substr(0, log_.size() - 1));
        CPPUNIT_ASSERT_EQUAL('\n', log_.back());
    }

    void writesWhateverIsFilledIn() {
        const Ulid id = *Ulid::parse("01HZZZZZZZZZZZZZZZZZZZZZZZ");
        Event full = failure("agent");
        full.actorId = full.clientId = id;
        full.about(User{.id = id, .username = "alice", .createdAt = {}, .lockedAt = {}, .deactivatedAt = {}});
        full.session(SessionKind::oauth2, id);
        full.nameTried = "name";
        full.email = full.scope = "x";
        full.count = 3;
        write(full);
        for (const auto& [name, value] : fieldsOf(full)) CPPUNIT_ASSERT_MESSAGE(std::string(name), log_.find(" " + std::string(name) + "=" + value) != std::string::npos);
        log_.clear();
        write({});
        CPPUNIT_ASSERT_EQUAL(std::string("INFO  command.run - an administrator ran a command actor=user\n"), log_);
    }

    void attack21_noTextEndsALineOrTouchesTheAddress() {
        for (const char* each : {"a\nb", "a\r\nb", "a\" ip=198.51.100.1", "a\\", "ip=198.51.100.1", ""}) {
            log_.clear();
            write(failure(each));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each, log_.size() - 1, log_.find('\n'));
            CPPUNIT_ASSERT_MESSAGE(each, log_.starts_with("INFO  login.failed - a log-in failed ip=192.0.2.7 actor=user via=account method=password reason=invalid_credentials"));
        }
    }

    struct Report final : DoctorCheck::Report {
        void ok(const std::string&) override { said += "ok "; }
        void warn(const std::string&, const std::string&) override { said += "warn "; }
        void fail(const std::string&, const std::string&) override { said += "fail "; }
        std::string said;
    };

    void theDoctorSaysIfTheFilterHidesEvents() {
        Report report;
        for (const char* filter : {"info", "warn", "warn,events=info", "info,events=off"}) {
            log::configure(filter, log::Format::text);
            LogSinkCheck().run(report);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("ok warn ok warn "), report.said);
        log::configure("warn", log::Format::text);
        write(failure("x"));
        CPPUNIT_ASSERT_EQUAL(std::string(), log_);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(LogSinkTest);

}  // namespace latchkey::events_log
