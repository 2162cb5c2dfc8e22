// SPDX-License-Identifier: Apache-2.0
#include "plugins/email-smtp/smtp_sender.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::smtp {

using latchkey::test::eventually;
using latchkey::test::readText;

class SmtpTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpTest);
    CPPUNIT_TEST(sendsInTheClear);
    CPPUNIT_TEST(sendsWithStarttls);
    CPPUNIT_TEST(sendsWithTls);
    CPPUNIT_TEST(logsIn);
    CPPUNIT_TEST(aWrongPasswordIsTemporaryAndNamesItsCure);
    CPPUNIT_TEST(keepsTheConnectionForTheNextMail);
    CPPUNIT_TEST(greylistingIsTemporary);
    CPPUNIT_TEST(refusalsArePermanent);
    CPPUNIT_TEST(aConversationThatBreaksOffIsTemporary);
    CPPUNIT_TEST(aCertificateOfAnotherAuthorityIsNotTrusted);
    CPPUNIT_TEST(aCertificateOfAnotherNameIsNotTrusted);
    CPPUNIT_TEST(starttlsIsNotOptional);
    CPPUNIT_TEST(aDrippingServerEndsWithTheTime);
    CPPUNIT_TEST(nobodyThereIsTemporary);
    CPPUNIT_TEST(stoppingEndsAConversation);
    CPPUNIT_TEST(probesWithoutAMail);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        directory_ = std::make_unique<latchkey::test::TemporaryDirectory>();
        server_ = std::make_unique<latchkey::test::Process>(latchkey::test::Launch{.arguments = {"/usr/bin/python3", SMTP_SERVER, directory_->path()}, .environment = {}, .user = {}, .descriptors = {}, .limits = {}});
        CPPUNIT_ASSERT_MESSAGE(server_->errors(), server_->await(" .\n", 60'000));
    }
    void tearDown() override {
        server_.reset();
        directory_.reset();
    }

private:
    int port(const std::string& way) {
        const std::string ready = server_->output();
        return std::stoi(ready.substr(ready.find(' ' + way + '=') + way.size() + 2));
    }

    SmtpConfig config(const std::string& way, Mode mode) {
        SmtpConfig made;
        made.mode = mode;
        made.hostname = "localhost";
        made.port = port(way);
        made.certificateFile = *directory_ / "ca.pem";
        return made;
    }

    static MailEnvelope mail(const std::string& to = "alice@example.org") { return {.from = "auth@example.org", .to = to, .content = "Subject: x\r\n\r\nHello\r\n.\r\n..\r\n"}; }

    void requireArrived(const std::string& way, int mails = 1) {
        CPPUNIT_ASSERT_MESSAGE(server_->output(), eventually([&] { return server_->count("mail " + way + " auth@example.org alice@example.org") == mails; }, 20'000));
        CPPUNIT_ASSERT_EQUAL(mail().content, readText(*directory_ / "mail"));
    }

    MailError failure(const SmtpConfig& settings, const MailEnvelope& envelope = mail()) {
        try {
            SmtpSender(settings).send(envelope);
        } catch (const MailError& error) {
            return error;
        }
        CPPUNIT_FAIL("the mail was taken");
        throw std::logic_error("unreachable");
    }

    static void requireHolds(const std::string& text, const std::string& part) { CPPUNIT_ASSERT_MESSAGE(text, text.find(part) != std::string::npos); }

    void sendsInTheClear() {
        SmtpSender(config("plain", Mode::plain)).send(mail());
        requireArrived("plain");
    }

    void sendsWithStarttls() {
        SmtpSender(config("starttls", Mode::starttls)).send(mail());
        requireArrived("starttls");
    }

    void sendsWithTls() {
        SmtpSender(config("tls", Mode::tls)).send(mail());
        requireArrived("tls");
    }

    SmtpConfig withLogin(const char* password) {
        SmtpConfig made = config("login", Mode::tls);
        made.username = "latchkey";
        made.password = config::Secret(password);
        return made;
    }

    void logsIn() {
        SmtpSender(withLogin("p\xC3\xA4ss w\xC3\xB6rd")).send(mail());
        requireArrived("login");
    }

    void aWrongPasswordIsTemporaryAndNamesItsCure() {
        const MailError error = failure(withLogin("wrong-password"));
        CPPUNIT_ASSERT(error.kind() == MailError::Kind::temporary);
        requireHolds(error.what(), "refused the log-in");
        requireHolds(error.cure(), "email.password");
        CPPUNIT_ASSERT(std::string(error.what()).find("wrong-password") == std::string::npos);
    }

    void keepsTheConnectionForTheNextMail() {
        SmtpSender sender(config("tls", Mode::tls));
        for (int i = 0; i < 5; ++i) sender.send(mail());
        requireArrived("tls", 5);
        CPPUNIT_ASSERT_EQUAL(1, server_->count("connected tls"));
    }

    void greylistingIsTemporary() {
        const MailError error = failure(config("plain", Mode::plain), mail("grey@example.org"));
        CPPUNIT_ASSERT_MESSAGE(error.what(), error.kind() == MailError::Kind::temporary);
    }

    void refusalsArePermanent() {
        for (const char* each : {"unknown@example.org", "content@example.org"}) {
            const MailError error = failure(config("plain", Mode::plain), mail(each));
            CPPUNIT_ASSERT_MESSAGE(std::string(each) + ": " + error.what(), error.kind() == MailError::Kind::permanent);
            requireHolds(error.what(), "it said: 55");
            CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).find(each) == std::string::npos);
        }
    }

    void aConversationThatBreaksOffIsTemporary() {
        SmtpSender sender(config("plain", Mode::plain));
        try {
            sender.send(mail("drop@example.org"));
            CPPUNIT_FAIL("the mail was taken");
        } catch (const MailError& error) {
            CPPUNIT_ASSERT(error.kind() == MailError::Kind::temporary);
        }
        sender.send(mail());
        requireArrived("plain");
    }

    void aCertificateOfAnotherAuthorityIsNotTrusted() {
        SmtpConfig settings = config("tls", Mode::tls);
        settings.certificateFile.clear();
        const MailError error = failure(settings);
        CPPUNIT_ASSERT(error.kind() == MailError::Kind::temporary);
        requireHolds(error.what(), "certificate cannot be trusted");
        requireHolds(error.cure(), "openssl s_client");
    }

    void aCertificateOfAnotherNameIsNotTrusted() {
        for (const auto& [way, mode] : {std::pair("tls", Mode::tls), {"starttls", Mode::starttls}}) {
            SmtpConfig settings = config(way, mode);
            settings.hostname = "127.0.0.1";
            requireHolds(failure(settings).what(), "certificate cannot be trusted");
        }
        CPPUNIT_ASSERT_EQUAL(0, server_->count("mail "));
    }

    void starttlsIsNotOptional() {
        const MailError error = failure(config("plain", Mode::starttls));
        requireHolds(error.what(), "STARTTLS");
        requireHolds(error.cure(), "email.mode");
        CPPUNIT_ASSERT_EQUAL(0, server_->count("mail "));
    }

    void aDrippingServerEndsWithTheTime() {
        SmtpConfig settings = config("drip", Mode::plain);
        settings.timeoutMs = 700;
        settings.connectTimeoutMs = 500;
        const std::int64_t begun = latchkey::test::nowMs();
        const MailError error = failure(settings);
        CPPUNIT_ASSERT_MESSAGE(error.what(), error.kind() == MailError::Kind::temporary);
        CPPUNIT_ASSERT(latchkey::test::nowMs() - begun < 20'000);  // the whole greeting would take half an hour
    }

    void nobodyThereIsTemporary() {
        SmtpConfig settings = config("plain", Mode::plain);
        settings.port = latchkey::test::freePort();
        const MailError error = failure(settings);
        CPPUNIT_ASSERT(error.kind() == MailError::Kind::temporary);
        requireHolds(error.what(), "localhost:" + std::to_string(settings.port));
        requireHolds(error.cure(), "email.hostname");
    }

    void stoppingEndsAConversation() {
        SmtpConfig settings = config("drip", Mode::plain);
        settings.timeoutMs = settings.connectTimeoutMs = 120'000;
        SmtpSender sender(settings);
        std::thread stopping([&] {
            latchkey::test::sleepMs(200);  // either order is right: a flag set before ends it as well
            sender.cancel();
        });
        const std::int64_t begun = latchkey::test::nowMs();
        CPPUNIT_ASSERT_THROW(sender.send(mail()), MailError);
        stopping.join();
        CPPUNIT_ASSERT(latchkey::test::nowMs() - begun < 60'000);
    }

    void probesWithoutAMail() {
        requireHolds(SmtpSender(withLogin("p\xC3\xA4ss w\xC3\xB6rd")).probe(), "the log-in works");
        CPPUNIT_ASSERT_THROW(SmtpSender(withLogin("wrong")).probe(), MailError);
        requireHolds(SmtpSender(config("starttls", Mode::starttls)).probe(), "its certificate is good");
        CPPUNIT_ASSERT_EQUAL(0, server_->count("mail "));
    }

    std::unique_ptr<latchkey::test::TemporaryDirectory> directory_;
    std::unique_ptr<latchkey::test::Process> server_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(SmtpTest);

}  // namespace latchkey::smtp
