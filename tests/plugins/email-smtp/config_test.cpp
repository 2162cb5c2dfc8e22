// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "plugins/email-smtp/config.h"

namespace latchkey::smtp {

namespace {

struct Read {
    config::Tree tree;
    config::Problems problems;
    SmtpConfig config;

    explicit Read(const std::string& yaml) {
        tree.merge(config::parseYaml(yaml, "test.yaml", problems));
        config = SmtpConfig::parse(config::Section(tree, problems));
    }
};

}  // namespace

class SmtpConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpConfigTest);
    CPPUNIT_TEST(thePortFollowsTheMode);
    CPPUNIT_TEST(locatesMistakes);
    CPPUNIT_TEST(looksAtNothingWithAnotherTransport);
    CPPUNIT_TEST(warnsOfPasswordsInTheClear);
    CPPUNIT_TEST_SUITE_END();

    void thePortFollowsTheMode() {
        for (const auto& [mode, port] : {std::pair("plain", 25), {"starttls", 587}, {"tls", 465}}) {
            const Read read(std::string("email: {transport: smtp, hostname: mx.example.org, mode: ") + mode + "}");
            CPPUNIT_ASSERT(!read.problems.failed());
            CPPUNIT_ASSERT_EQUAL(port, read.config.port);
        }
        CPPUNIT_ASSERT_EQUAL(2525, Read("email: {transport: smtp, hostname: mx, mode: tls, port: 2525}").config.port);
    }

    void locatesMistakes() {
        for (const auto& [keys, path] : {std::pair("hostname: mx", "email.mode"), {"mode: tls", "email.hostname"}, {"mode: ssl, hostname: mx", "email.mode"},
                                         {"mode: tls, hostname: 'mx/x'", "email.hostname"}, {"mode: tls, hostname: mx, port: 0", "email.port"},
                                         {"mode: tls, hostname: mx, username: u", "email.password"}, {"mode: tls, hostname: mx, password: p", "email.username"},
                                         {"mode: tls, hostname: mx, command: x", "email.command"}}) {
            const Read read(std::string("email: {transport: smtp, ") + keys + "}");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(keys, std::size_t(1), read.problems.errors().size());
            CPPUNIT_ASSERT_MESSAGE(read.problems.errors().front(), read.problems.errors().front().find(std::string(path) + ": ") != std::string::npos);
        }
    }

    void looksAtNothingWithAnotherTransport() { CPPUNIT_ASSERT(!Read("email: {transport: blackhole, mode: wrong, port: 99999}").problems.failed()); }

    void warnsOfPasswordsInTheClear() {
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), Read("email: {transport: smtp, mode: plain, hostname: mx.example.org, username: u, password: p}").problems.warnings().size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), Read("email: {transport: smtp, mode: plain, hostname: localhost, username: u, password: p}").problems.warnings().size());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SmtpConfigTest);

}  // namespace latchkey::smtp
