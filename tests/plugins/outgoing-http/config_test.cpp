// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "plugins/outgoing-http/config.h"

namespace latchkey::outgoing {

class OutgoingConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OutgoingConfigTest);
    CPPUNIT_TEST(readsTheSection);
    CPPUNIT_TEST(allowsNothingPrivateByDefault);
    CPPUNIT_TEST(locatesMistakes);
    CPPUNIT_TEST_SUITE_END();

    config::Problems problems_;

    OutgoingConfig read(const std::string& yaml) {
        config::Tree tree;
        tree.merge(config::parseYaml(yaml, "test.yaml", problems_));
        const OutgoingConfig config = OutgoingConfig::parse(config::Section(tree, problems_));
        config::reportUnknownKeys(tree, problems_);
        return config;
    }

public:
    void readsTheSection() {
        const OutgoingConfig config = read("outgoing_http: {allow_private_addresses: [10.0.0.0/8, 'fd00::/8'], timeout: 12, connect_timeout: 2, untrusted_at_once: 9}");
        CPPUNIT_ASSERT(!problems_.failed() && problems_.warnings().empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(12'000), config.timeoutMs);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2'000), config.connectTimeoutMs);
        CPPUNIT_ASSERT_EQUAL(9u, config.untrustedAtOnce);
        CPPUNIT_ASSERT(config.rules.permits(IpAddress::parse("10.9.9.9").value()));
        CPPUNIT_ASSERT(config.rules.permits(IpAddress::parse("fd01::1").value()));
        CPPUNIT_ASSERT(!config.rules.permits(IpAddress::parse("192.168.0.1").value()));
    }

    void allowsNothingPrivateByDefault() {
        const OutgoingConfig config = read("{}");
        CPPUNIT_ASSERT(!problems_.failed());
        CPPUNIT_ASSERT(!config.rules.permits(IpAddress::parse("10.0.0.1").value()));
    }

    void locatesMistakes() {
        read("outgoing_http: {allow_private_addresses: [10.0.0.0/40, localhost], timeout: 0}");
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), problems_.errors().size());
        for (const std::string& each : problems_.errors()) CPPUNIT_ASSERT(each.find("outgoing_http.") != std::string::npos);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(OutgoingConfigTest);

}  // namespace latchkey::outgoing
