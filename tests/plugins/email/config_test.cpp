// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "plugins/email/config.h"

namespace latchkey::email {

namespace {

struct Read {
    config::Tree tree;
    config::Problems problems;
    EmailConfig config;

    explicit Read(const std::string& yaml) {
        tree.merge(config::parseYaml(yaml, "test.yaml", problems));
        config = EmailConfig::parse(config::Section(tree, problems));
    }
};

}  // namespace

class EmailConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EmailConfigTest);
    CPPUNIT_TEST(dropsMailUnlessTold);
    CPPUNIT_TEST(readsWhoMailsComeFrom);
    CPPUNIT_TEST(locatesMistakes);
    CPPUNIT_TEST(takesAnyTransportWithPluginsOfOnesOwn);
    CPPUNIT_TEST(generatesWhatItReads);
    CPPUNIT_TEST_SUITE_END();

    void dropsMailUnlessTold() {
        const Read read("{}");
        CPPUNIT_ASSERT(!read.problems.failed());
        CPPUNIT_ASSERT_EQUAL(std::string("blackhole"), read.config.transport);
        CPPUNIT_ASSERT_EQUAL(std::string("root@localhost"), read.config.sender.from.address);
        CPPUNIT_ASSERT_EQUAL(std::string("Authentication Service"), read.config.sender.replyTo.name);
    }

    void readsWhoMailsComeFrom() {
        const Read read("email: {transport: smtp, from: 'Auth <auth@x.org>', reply_to: help@x.org}");
        CPPUNIT_ASSERT(!read.problems.failed() && read.config.transport == "smtp");
        CPPUNIT_ASSERT(read.config.sender.from.name == "Auth" && read.config.sender.from.address == "auth@x.org" && read.config.sender.replyTo.address == "help@x.org");
    }

    void locatesMistakes() {
        for (const auto& [yaml, message] : {std::pair("email: {transport: smpt}", "email.transport"), {"email: {from: x@y}", "email.transport"},
                                            {"email: {transport: blackhole, from: nobody}", "email.from"}, {"email: {transport: smtp, reply_to: 'a <b>'}", "email.reply_to"}}) {
            const Read read(yaml);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(yaml, std::size_t(1), read.problems.errors().size());
            CPPUNIT_ASSERT_MESSAGE(read.problems.errors().front(), read.problems.errors().front().find(message) != std::string::npos);
        }
    }

    void takesAnyTransportWithPluginsOfOnesOwn() {
        const Read read("{plugins: {extra: [acme-mail]}, email: {transport: acme}}");
        CPPUNIT_ASSERT(!read.problems.failed() && read.config.transport == "acme");
    }

    void generatesWhatItReads() {
        config::Tree tree;
        config::Problems problems;
        tree.root.set("email", EmailGenerator().generate());
        CPPUNIT_ASSERT_EQUAL(std::string("blackhole"), EmailConfig::parse(config::Section(tree, problems)).transport);
        CPPUNIT_ASSERT(!problems.failed());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EmailConfigTest);

}  // namespace latchkey::email
