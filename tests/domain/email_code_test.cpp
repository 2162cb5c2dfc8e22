// SPDX-License-Identifier: Apache-2.0
#include "domain/mailer.h"
#include "domain/user/email_authentication.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <set>

namespace latchkey {

class EmailCodeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EmailCodeTest);
    CPPUNIT_TEST(codesAreSixDigitsAndSpreadEvenly);
    CPPUNIT_TEST(anyCodeThatWasSentMatchesUntilItExpires);
    CPPUNIT_TEST(nothingElseMatches);
    CPPUNIT_TEST(readsMailboxes);
    CPPUNIT_TEST(refusesWhatIsNoAddress);
    CPPUNIT_TEST_SUITE_END();

    static EmailAuthenticationCode sent(const char* code, std::int64_t expiresAt) {
        return {.id = {}, .authenticationId = {}, .code = code, .createdAt = {}, .expiresAt = {expiresAt}};
    }

    void codesAreSixDigitsAndSpreadEvenly() {
        std::set<std::string> seen;
        int firstDigit[10] = {};
        for (int i = 0; i < 10'000; ++i) {
            const std::string code = newEmailCode();
            CPPUNIT_ASSERT_EQUAL(std::size_t(6), code.size());
            CPPUNIT_ASSERT(std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; }));
            ++firstDigit[code[0] - '0'];
            seen.insert(code);
        }
        CPPUNIT_ASSERT(seen.size() > 9'800);  // about 9950 of them are expected to be distinct
        for (const int count : firstDigit) CPPUNIT_ASSERT_MESSAGE(std::to_string(count), count > 800 && count < 1'200);  // 1000 ± 30 expected
    }

    void anyCodeThatWasSentMatchesUntilItExpires() {
        const std::vector<EmailAuthenticationCode> codes{sent("222222", 200), sent("111111", 100)};
        CPPUNIT_ASSERT(matchEmailCode(codes, "111111", {99}) == EmailCodeMatch::valid);
        CPPUNIT_ASSERT(matchEmailCode(codes, "111111", {100}) == EmailCodeMatch::expired);
        CPPUNIT_ASSERT(matchEmailCode(codes, "222222", {100}) == EmailCodeMatch::valid);
    }

    void nothingElseMatches() {
        const std::vector<EmailAuthenticationCode> codes{sent("222222", 200)};
        for (const char* each : {"", "22222", "2222222", "222223", " 222222", "222222 "}) CPPUNIT_ASSERT(matchEmailCode(codes, each, {0}) == EmailCodeMatch::unknown);
        CPPUNIT_ASSERT(matchEmailCode({}, "222222", {0}) == EmailCodeMatch::unknown);
    }

    void readsMailboxes() {
        const Mailbox plain = Mailbox::parse(" user@example.org ");
        CPPUNIT_ASSERT(plain.name.empty() && plain.address == "user@example.org");
        const Mailbox named = Mailbox::parse("Some Name <user@example.org>");
        CPPUNIT_ASSERT(named.name == "Some Name" && named.address == "user@example.org");
        CPPUNIT_ASSERT_EQUAL(std::string("A \"B\" <C>"), Mailbox::parse(R"("A \"B\" <C>" <root@localhost>)").name);
    }

    void refusesWhatIsNoAddress() {
        const std::string longLocal(65, 'a');
        for (const std::string& each : {std::string(), std::string("a"), std::string("@b"), std::string("a@"), std::string("a b@c"), std::string("a@b c"), std::string("a@b\r\nRCPT TO:<x@y>"),
                                        std::string("a@b>"), std::string("<a@b"), std::string("a..b@c"), std::string("a@b..c"), std::string("a@.b"), std::string("a\0@b", 4),
                                        std::string("ä@b"), std::string("a@b,c@d"), longLocal + "@b", "a@" + std::string(254, 'b')}) {
            CPPUNIT_ASSERT_MESSAGE(each, !isMailAddress(each));
            CPPUNIT_ASSERT_THROW(Mailbox::parse(each), MailError);
        }
        CPPUNIT_ASSERT_THROW(Mailbox::parse("A\r\nBcc: x@y <a@b>"), MailError);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EmailCodeTest);

}  // namespace latchkey
