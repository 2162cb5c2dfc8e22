// SPDX-License-Identifier: Apache-2.0
#include "plugins/email/configured_mailer.h"
#include "plugins/email/probe.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::email {

namespace {

class FakeSender final : public MailSender {
public:
    void send(const MailEnvelope& envelope) override {
        if (failing) throw MailError("no", *failing, "a cure");
        sent.push_back(envelope);
    }
    std::string probe() override {
        if (failing) throw MailError("no", *failing, "a cure");
        return "fine";
    }
    std::optional<MailError::Kind> failing;
    std::vector<MailEnvelope> sent;
};

struct FakeReport final : DoctorCheck::Report {
    void ok(const std::string& what) override { said += "ok " + what; }
    void warn(const std::string& what, const std::string& cure) override { said += "warn " + what + '|' + cure; }
    void fail(const std::string& what, const std::string& cure) override { said += "fail " + what + '|' + cure; }
    std::string said;
};

const Sender kSender{.from = {.name = "", .address = "auth@example.org"}, .replyTo = {.name = "", .address = "help@example.org"}};
const MailMessage kMessage{.to = {.name = "Alice", .address = "alice@example.org"}, .subject = "Subject", .text = "Text", .html = "<p>Text</p>"};

}  // namespace

class MailerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MailerTest);
    CPPUNIT_TEST(handsMailsOver);
    CPPUNIT_TEST(countsWhatBecameOfThem);
    CPPUNIT_TEST(doctorSaysWhatIsWrongAndWhatToDo);
    CPPUNIT_TEST_SUITE_END();

    void handsMailsOver() {
        FakeSender transport;
        ConfiguredMailer(kSender, transport).send(kMessage);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), transport.sent.size());
        CPPUNIT_ASSERT(transport.sent[0].from == "auth@example.org" && transport.sent[0].to == "alice@example.org");
        CPPUNIT_ASSERT(transport.sent[0].content.starts_with("From: auth@example.org\r\nReply-To: help@example.org\r\nTo: \"Alice\"\r\n <alice@example.org>\r\nSubject: Subject\r\n"));
    }

    void countsWhatBecameOfThem() {
        FakeSender transport;
        ConfiguredMailer mailer(kSender, transport);
        mailer.send(kMessage);
        for (const auto kind : {MailError::Kind::temporary, MailError::Kind::temporary, MailError::Kind::permanent}) {
            transport.failing = kind;
            CPPUNIT_ASSERT_THROW(mailer.send(kMessage), MailError);
        }
        MetricsWriter writer;
        mailer.collect(writer);
        for (const char* each : {"result=\"sent\"} 1", "result=\"temporary_failure\"} 2", "result=\"permanent_failure\"} 1"}) CPPUNIT_ASSERT_MESSAGE(writer.text(), writer.text().find(each) != std::string::npos);
    }

    void doctorSaysWhatIsWrongAndWhatToDo() {
        FakeSender transport;
        FakeReport good, dropped, bad;
        EmailCheck(transport, false).run(good);
        CPPUNIT_ASSERT_EQUAL(std::string("ok fine"), good.said);
        EmailCheck(transport, true).run(dropped);
        CPPUNIT_ASSERT_MESSAGE(dropped.said, dropped.said.starts_with("warn fine|") && dropped.said.find("email.transport") != std::string::npos);
        transport.failing = MailError::Kind::temporary;
        EmailCheck(transport, false).run(bad);
        CPPUNIT_ASSERT_EQUAL(std::string("fail no|a cure"), bad.said);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(MailerTest);

}  // namespace latchkey::email
