// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "plugins/rate-limits/config.h"

namespace latchkey::limits {

namespace {

using Bucket = RateLimiter::Bucket;

struct Read {
    config::Tree tree;
    config::Problems problems;
    LimitsConfig config;

    explicit Read(const std::string& yaml) {
        tree.merge(config::parseYaml(yaml, "test.yaml", problems));
        const config::Section root(tree, problems);
        config = LimitsConfig::parse(root);
        config::reportUnknownKeys(tree, problems);
    }
};

struct Expected {
    Bucket bucket;
    std::uint32_t burst;
    std::int64_t seconds;
};

}  // namespace

class LimitsConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LimitsConfigTest);
    CPPUNIT_TEST(hasTheReferencesDefaults);
    CPPUNIT_TEST(readsEveryBucket);
    CPPUNIT_TEST(locatesEveryMistake);
    CPPUNIT_TEST(keepsAbsurdNumbersInBounds);
    CPPUNIT_TEST_SUITE_END();

    static void require(const LimitsConfig& config, const Expected& expected) {
        const RateLimit& limit = config.of(expected.bucket);
        const std::string which = "bucket " + std::to_string(static_cast<int>(expected.bucket));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(which, expected.burst, limit.burst);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(which, expected.seconds * 1'000'000, limit.interval.us);
    }

    void hasTheReferencesDefaults() {
        const Read read("{}");
        for (const Expected& each : {Expected{Bucket::loginPerIp, 3, 20}, {Bucket::loginPerAccount, 1800, 2}, {Bucket::registration, 3, 1200}, {Bucket::recoveryPerIp, 3, 1200}, {Bucket::recoveryPerAddress, 3, 3600},
                                     {Bucket::emailPerIp, 5, 60}, {Bucket::emailPerAddress, 3, 3600}, {Bucket::emailsPerSession, 2, 300}, {Bucket::attemptsPerSession, 10, 60}}) {
            require(read.config, each);
        }
    }

    void readsEveryBucket() {
        const Read read("rate_limiting:\n  login: {per_ip: {burst: 11, per_second: 1}, per_account: {burst: 12, per_second: 0.5}}\n  registration: {burst: 13, per_second: 0.25}\n"
                        "  account_recovery: {per_ip: {burst: 14, per_second: 0.2}, per_address: {burst: 15, per_second: 0.1}}\n"
                        "  email_authentication: {per_ip: {burst: 16, per_second: 0.05}, per_address: {burst: 17, per_second: 0.04}, emails_per_session: {burst: 18, per_second: 0.02}, attempt_per_session: {burst: 19, per_second: 0.01}}\n"
                        "  user_code: {burst: 20, per_second: 0.005}\n  registration_token: {burst: 21, per_second: 0.004}\n"
                        "  client_secret: {per_ip: {burst: 22, per_second: 0.002}, per_client: {burst: 23, per_second: 0.001}}\n  client_registration: {burst: 24, per_second: 0.0005}\n"
                        "  registration_check: {burst: 25, per_second: 0.00025}\n");
        CPPUNIT_ASSERT(!read.problems.failed());
        CPPUNIT_ASSERT(read.problems.warnings().empty());
        const std::int64_t seconds[] = {1, 2, 4, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 4000};
        for (std::size_t i = 0; i < LimitsConfig::kBuckets; ++i) require(read.config, {static_cast<Bucket>(i), static_cast<std::uint32_t>(11 + i), seconds[i]});
    }

    void locatesEveryMistake() {
        const std::tuple<const char*, const char*, const char*> rows[] = {
            {"{login: {per_ip: {burst: 3}}}", "rate_limiting.login.per_ip.per_second", "is required"},
            {"{login: {per_ip: {per_second: 3}}}", "rate_limiting.login.per_ip.burst", "is required"},
            {"{registration: {burst: 0, per_second: 3}}", "rate_limiting.registration.burst", "out of range"},
            {"{registration: {burst: 1, per_second: 0}}", "rate_limiting.registration.per_second", "above 0"},
            {"{email_authentication: {per_ip: {burst: 1, per_second: -1}}}", "rate_limiting.email_authentication.per_ip.per_second", "above 0"},
            {"{client_secret: {per_client: {burst: 1, per_second: 2e9}}}", "rate_limiting.client_secret.per_client.per_second", "at most"},
            {"{user_code: 3}", "rate_limiting.user_code", "expected a mapping"},
            {"{account_recovery: []}", "rate_limiting.account_recovery", "expected a mapping"},
        };
        for (const auto& [yaml, path, message] : rows) {
            const Read read(std::string("rate_limiting: ") + yaml);
            CPPUNIT_ASSERT_MESSAGE(yaml, !read.problems.errors().empty());
            const std::string& error = read.problems.errors().front();
            CPPUNIT_ASSERT_MESSAGE(error, error.find(std::string(path) + ": ") != std::string::npos && error.find(message) != std::string::npos);
        }
    }

    void keepsAbsurdNumbersInBounds() {
        const Read read("rate_limiting: {registration: {burst: 4294967295, per_second: 1e-300}, user_code: {burst: 4294967295, per_second: 1e9}}");
        CPPUNIT_ASSERT(!read.problems.failed());
        const RateLimit& slow = read.config.of(Bucket::registration);
        CPPUNIT_ASSERT(slow.burst >= 1 && slow.interval.us > 0);
        CPPUNIT_ASSERT(static_cast<double>(slow.burst) * static_cast<double>(slow.interval.us) < 1e18);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), read.config.of(Bucket::userCodePerIp).interval.us);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(LimitsConfigTest);

}  // namespace latchkey::limits
