// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/yaml.h"
#include "kernel/error.h"
#include "plugins/events-webhook/settings.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::events_webhook {

class HookSettingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HookSettingsTest);
    CPPUNIT_TEST(isOffUnlessConfigured);
    CPPUNIT_TEST(readsWhatIsWritten);
    CPPUNIT_TEST(locatesMistakes);
    CPPUNIT_TEST(aSecretFileMustBeThere);
    CPPUNIT_TEST_SUITE_END();

    struct Read {
        config::Problems problems;
        config::Tree tree;
        HookSettings settings;
        explicit Read(const std::string& yaml) {
            tree.merge(config::parseYaml(yaml, "test.yaml", problems));
            settings = HookSettings::parse(config::Section(tree, problems));
        }
    };

    void isOffUnlessConfigured() {
        const Read read("{}");
        CPPUNIT_ASSERT(!read.problems.failed() && read.settings.url.empty());
    }

    void readsWhatIsWritten() {
        const Read read("events: {webhook: {url: 'https://audit.example.com/hook', secret: a-secret-of-sixteen, events: [login.failed, user.locked], allow_private_addresses: true, timeout: 3}}");
        CPPUNIT_ASSERT(!read.problems.failed());
        CPPUNIT_ASSERT_EQUAL(std::string("https://audit.example.com/hook"), read.settings.url);
        CPPUNIT_ASSERT_EQUAL(std::string("a-secret-of-sixteen"), read.settings.readSecret());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3'000), read.settings.timeoutMs);
        CPPUNIT_ASSERT(read.settings.allowPrivateAddresses && read.settings.wants(EventKind::loginFailed) && !read.settings.wants(EventKind::loginSucceeded));
    }

    void locatesMistakes() {
        const std::string secret = ", secret: a-secret-of-sixteen";
        for (const std::string& each : {std::string("{}"), std::string("{url: 'https://a.example/'}"), std::string("{url: 'https://a.example/', secret: short}"), "{url: 'http://a.example/'" + secret + "}",
                                        "{url: 'ftp://a.example/'" + secret + "}", "{url: nowhere" + secret + "}", "{url: 'https://a.example/', events: [login]" + secret + "}",
                                        "{url: 'https://a.example/', timeout: 0" + secret + "}", "{url: 'https://a.example/', secret_file: x" + secret + "}"}) {
            CPPUNIT_ASSERT_MESSAGE(each, Read("events: {webhook: " + each + "}").problems.failed());
        }
        CPPUNIT_ASSERT(!Read("events: {webhook: {url: 'http://a.example/', allow_http: true" + secret + "}}").problems.failed());
    }

    void aSecretFileMustBeThere() {
        const Read read("events: {webhook: {url: 'https://a.example/', secret_file: /nowhere/secret}}");
        CPPUNIT_ASSERT(!read.problems.failed());
        CPPUNIT_ASSERT_THROW(read.settings.readSecret(), ConfigError);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HookSettingsTest);

}  // namespace latchkey::events_webhook
