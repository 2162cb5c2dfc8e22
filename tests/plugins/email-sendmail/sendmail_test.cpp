// SPDX-License-Identifier: Apache-2.0
#include "plugins/email-sendmail/sendmail_sender.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::sendmail {

using latchkey::test::readText;

class SendmailTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SendmailTest);
    CPPUNIT_TEST(givesTheMailToTheProgram);
    CPPUNIT_TEST(noShellReadsTheAddress);
    CPPUNIT_TEST(exitCodesTellWhetherToTryAgain);
    CPPUNIT_TEST(aProgramThatHangsIsKilled);
    CPPUNIT_TEST(aProgramThatDoesNotReadIsFine);
    CPPUNIT_TEST(noProgramIsTemporaryAndNamesItsCure);
    CPPUNIT_TEST_SUITE_END();

    std::string script(const std::string& body) const { return directory_.write("sendmail", "#!/bin/sh\n" + body + "\n", 0700); }
    static MailEnvelope mail(const std::string& to = "alice@example.org") { return {.from = "auth@example.org", .to = to, .content = "Subject: x\r\n\r\n.\r\nHello\r\n"}; }

    MailError failure(const std::string& body, std::int64_t timeoutMs = 60'000) const {
        try {
            SendmailSender(script(body), timeoutMs).send(mail());
        } catch (const MailError& error) {
            return error;
        }
        CPPUNIT_FAIL("the mail was taken");
        throw std::logic_error("unreachable");
    }

    void givesTheMailToTheProgram() {
        SendmailSender(script("printf '%s|' \"$@\" >" + directory_ / "arguments" + "; cat >" + directory_ / "mail")).send(mail());
        CPPUNIT_ASSERT_EQUAL(std::string("-i|-f|auth@example.org|--|alice@example.org|"), readText(directory_ / "arguments"));
        CPPUNIT_ASSERT_EQUAL(std::string("Subject: x\n\n.\nHello\n"), readText(directory_ / "mail"));
    }

    void noShellReadsTheAddress() {
        SendmailSender(script("printf '%s|' \"$@\" >" + directory_ / "arguments")).send(mail("-X`id`$HOME@example.org"));
        CPPUNIT_ASSERT_EQUAL(std::string("-i|-f|auth@example.org|--|-X`id`$HOME@example.org|"), readText(directory_ / "arguments"));
    }

    void exitCodesTellWhetherToTryAgain() {
        for (const char* code : {"65", "67", "68"}) CPPUNIT_ASSERT(failure(std::string("exit ") + code).kind() == MailError::Kind::permanent);
        for (const char* code : {"1", "64", "69", "71", "75", "77", "78", "127"}) CPPUNIT_ASSERT(failure(std::string("exit ") + code).kind() == MailError::Kind::temporary);
        CPPUNIT_ASSERT(failure("kill -9 $$").kind() == MailError::Kind::temporary);
        const std::string said = failure("echo 'no such user alice@example.org' >&2; exit 67").what();
        CPPUNIT_ASSERT_MESSAGE(said, said.find("exit code 67: no such user …") != std::string::npos);
    }

    void aProgramThatHangsIsKilled() {
        const std::int64_t begun = latchkey::test::nowMs();
        const std::string said = failure("exec sleep 600", 300).what();
        CPPUNIT_ASSERT_MESSAGE(said, said.find("in time") != std::string::npos);
        CPPUNIT_ASSERT(latchkey::test::nowMs() - begun < 60'000);
    }

    void aProgramThatDoesNotReadIsFine() {
        MailEnvelope large = mail();
        large.content.append(1 << 20, 'x');
        SendmailSender(script("exit 0")).send(large);
        CPPUNIT_ASSERT(SendmailSender(script("exit 1")).probe().find("mails are given to") == 0);
    }

    void noProgramIsTemporaryAndNamesItsCure() {
        SendmailSender sender(directory_ / "none");
        CPPUNIT_ASSERT_THROW(sender.send(mail()), MailError);
        try {
            sender.probe();
            CPPUNIT_FAIL("there is no such program");
        } catch (const MailError& error) {
            CPPUNIT_ASSERT(error.kind() == MailError::Kind::temporary && error.cure().find("email.command") != std::string::npos);
        }
    }

    latchkey::test::TemporaryDirectory directory_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(SendmailTest);

}  // namespace latchkey::sendmail
