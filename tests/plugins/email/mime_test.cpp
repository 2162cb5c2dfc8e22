// SPDX-License-Identifier: Apache-2.0
#include "plugins/email/mime.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>

namespace latchkey::email {

namespace {

const Sender kSender{.from = {.name = "Auth", .address = "auth@example.org"}, .replyTo = {.name = "", .address = "help@example.org"}};

MailMessage message(const std::string& name, const std::string& subject) {
    return {.to = {.name = name, .address = "alice@example.org"}, .subject = subject, .text = "Text\n", .html = "<p>Text</p>\n"};
}

std::vector<std::string> linesOf(const std::string& mail) {
    std::vector<std::string> lines;
    std::istringstream in(mail);
    for (std::string line; std::getline(in, line);) {
        CPPUNIT_ASSERT_MESSAGE(line, !line.empty() && line.back() == '\r');
        line.pop_back();
        CPPUNIT_ASSERT_MESSAGE(line, line.find_first_of(std::string_view("\r\0", 2)) == std::string::npos);
        lines.push_back(line);
    }
    return lines;
}

// The names of the header's fields, in order; continued lines belong to the field before.
std::string fieldsOf(const std::string& mail) {
    std::string names;
    for (const std::string& line : linesOf(mail)) {
        if (line.empty()) break;
        if (line.front() != ' ') names += line.substr(0, line.find(':')) + ' ';
    }
    return names;
}

constexpr const char* kFields = "From Reply-To To Subject Date Message-ID Auto-Submitted MIME-Version Content-Type ";

// Everything by which somebody might try to leave the place that a name or a subject has.
std::vector<std::string> payloads() {
    std::vector<std::string> all{"\r\nBcc: evil@example.net", "\nBcc: evil@example.net", "\rBcc: evil@example.net", "a\r\n\r\nbody", "a\n\nbody", "\r\n.\r\n", "\r\n.\r\nMAIL FROM:<x@y>",
                                 "\"", "\\", "\"\\\"", "a\" <evil@example.net>, \"b", "a, evil@example.net", "<evil@example.net>", "a <evil@example.net>", "evil@example.net",
                                 "(comment)", "a(b", "a)b", ":;", "group: a@b, c@d;", "=?UTF-8?B?DQpCY2M6IGV2aWxAeA==?=", "=?utf-8?q?=0D=0ABcc:_x@y?=", "=?", "?=",
                                 "\xE2\x80\xA8" "Bcc: x@y", "\xC2\x85" "Bcc: x@y", "\xC0\x8A" "Bcc: x@y", "\xFF\xFE", "\xE2\x82", "\xF0\x9F\x91", "J\xC3\xBCrgen\r\nBcc: x@y", "\xF0\x9F\x91\x8D\n\tX: y",
                                 "\v\f\x1B[31m", "\x7F", "\t\tBcc: x@y", " \r\n ", "--=_boundary", "Content-Type: text/html"};
    all.emplace_back("a\0b\r\nBcc: x@y", 14);
    all.emplace_back(5000, 'A');
    std::string wide;
    for (int i = 0; i < 1000; ++i) wide += "\xC3\xBC";
    std::string full(59, 'a');
    for (std::string* each : {&wide, &full}) {
        *each += "\r\nBcc: x@y";
        all.push_back(*each);
    }
    return all;
}

}  // namespace

class MimeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MimeTest);
    CPPUNIT_TEST(namesAndSubjectsInjectNothing);
    CPPUNIT_TEST(addressesInjectNothing);
    CPPUNIT_TEST(anotherReaderFindsWhatWasWritten);
    CPPUNIT_TEST(plainTextStaysReadable);
    CPPUNIT_TEST(foldsLongHeaders);
    CPPUNIT_TEST(everyMailHasAnIdAndABoundaryOfItsOwn);
    CPPUNIT_TEST(writesDates);
    CPPUNIT_TEST(refusesHugeTexts);
    CPPUNIT_TEST_SUITE_END();

    void namesAndSubjectsInjectNothing() {
        CPPUNIT_ASSERT(payloads().size() >= 40);
        for (const std::string& each : payloads()) {
            const std::string mail = composeMail(kSender, message(each, each), {0});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each, std::string(kFields), fieldsOf(mail));
            for (const std::string& line : linesOf(mail)) CPPUNIT_ASSERT_MESSAGE(line, line.size() <= 78);
            CPPUNIT_ASSERT_MESSAGE(each, mail.find("\r\n <alice@example.org>\r\n") != std::string::npos || mail.find("To: alice@example.org\r\n") != std::string::npos);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each, std::string("To: alice@example.org"), linesOf(composeMail(kSender, message("", each), {0})).at(3));
        }
    }

    void addressesInjectNothing() {
        for (const char* each : {"a@b\r\nBcc: x@y", "a@b>, <x@y", "a b@c", "", "a", "@", "a@b,c@d"}) {
            MailMessage mail = message("", "");
            mail.to.address = each;
            CPPUNIT_ASSERT_THROW(composeMail(kSender, mail, {0}), MailError);
        }
    }

    // Python's parser of mails is not ours.
    void anotherReaderFindsWhatWasWritten() {
        const std::string name = "J\xC3\xBCrgen \"J\" <x>, O'Neil \xF0\x9F\x91\x8D";
        std::string text = "Zeile mit Gr\xC3\xBC\xC3\x9F" "en = 1 \n.\n..two\n" + std::string(300, 'x') + " end\nlast ";
        MailMessage mail = message(name, "Ihr Code: 123456 \xE2\x80\x93 gültig");
        mail.text = text;
        mail.html = "<p style=\"color:#000\">" + text + "</p>";
        const latchkey::test::TemporaryDirectory directory;
        directory.write("mail", composeMail(kSender, mail, {0}));
        directory.write("name", name);
        directory.write("text", text);
        directory.write("html", mail.html);
        directory.write("subject", mail.subject);
        const auto read = latchkey::test::run({.arguments = {"/usr/bin/python3", "-c", kReader, directory.path()}, .environment = {}, .user = {}, .descriptors = {}, .limits = {}});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(read.errors + read.output, 0, read.code);
    }

    static constexpr const char* kReader = R"py(
import email, email.policy, pathlib, sys
folder = pathlib.Path(sys.argv[1])
mail = email.message_from_bytes((folder / "mail").read_bytes(), policy=email.policy.default)
assert not mail.defects, mail.defects
said = lambda name: (folder / name).read_bytes().decode()
to = mail["To"].addresses
assert len(to) == 1 and to[0].addr_spec == "alice@example.org" and to[0].display_name == said("name"), to
assert str(mail["Subject"]) == said("subject"), mail["Subject"]
assert mail["Auto-Submitted"] == "auto-generated" and mail["Date"].datetime.timestamp() == 0
assert mail.get_content_type() == "multipart/alternative"
text, html = mail.iter_parts()
assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
assert not text.defects and not html.defects
read = lambda part: part.get_payload(decode=True).decode().replace("\r\n", "\n")
assert read(text).rstrip("\n") == said("text"), repr(read(text))
assert read(html).rstrip("\n") == said("html"), repr(read(html))
)py";

    void plainTextStaysReadable() {
        CPPUNIT_ASSERT_EQUAL(std::string("Your code is 123456"), unstructuredHeader("  Your code is 123456\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"alice\"\r\n <a@b>"), mailboxHeader({.name = "alice", .address = "a@b"}));
        CPPUNIT_ASSERT_EQUAL(std::string("=?UTF-8?B?w7w=?="), unstructuredHeader("\xC3\xBC"));
        CPPUNIT_ASSERT_EQUAL(std::string("a=3Db=20\r\n=2Ec"), quotedPrintable("a=b \n.c"));
    }

    void foldsLongHeaders() {
        std::string wide;
        for (int i = 0; i < 100; ++i) wide += "\xE2\x82\xAC";
        const std::string folded = unstructuredHeader(wide);
        std::size_t words = 0;
        for (std::size_t at = folded.find("=?UTF-8?B?"); at != std::string::npos; at = folded.find("=?UTF-8?B?", at + 1)) ++words;
        CPPUNIT_ASSERT_EQUAL(std::size_t(8), words);  // 14 characters of 3 bytes in each
    }

    void everyMailHasAnIdAndABoundaryOfItsOwn() {
        const std::string first = composeMail(kSender, message("a", "b"), {0});
        const std::string second = composeMail(kSender, message("a", "b"), {0});
        for (const char* each : {"Message-ID:\r\n <", "boundary=\""}) {
            const auto valueOf = [&](const std::string& mail) { return mail.substr(mail.find(each) + std::string(each).size(), 32); };
            CPPUNIT_ASSERT(valueOf(first) != valueOf(second));
        }
        CPPUNIT_ASSERT(first.find("@example.org>\r\nAuto-Submitted") != std::string::npos);
    }

    void writesDates() {
        CPPUNIT_ASSERT_EQUAL(std::string("Thu, 01 Jan 1970 00:00:00 +0000"), mailDate({0}));
        CPPUNIT_ASSERT_EQUAL(std::string("Sun, 15 Jun 2025 15:06:40 +0000"), mailDate({1'750'000'000'123'456}));
    }

    void refusesHugeTexts() {
        MailMessage mail = message("a", "b");
        mail.html.assign((1 << 20) + 1, 'x');
        CPPUNIT_ASSERT_THROW(composeMail(kSender, mail, {0}), MailError);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(MimeTest);

}  // namespace latchkey::email
