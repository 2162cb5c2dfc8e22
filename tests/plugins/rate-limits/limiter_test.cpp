// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/rate-limits/stored_rate_limiter.h"
#include "tests/plugins/rate-limits/fake_store.h"

namespace latchkey::limits {

namespace {

using Bucket = RateLimiter::Bucket;

LimitsConfig defaults() {
    const config::Tree tree;
    config::Problems problems;
    return LimitsConfig::parse(config::Section(tree, problems));
}

}  // namespace

class StoredRateLimiterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoredRateLimiterTest);
    CPPUNIT_TEST(allowsTheBurstThenSaysHowLongToWait);
    CPPUNIT_TEST(countsBucketsAndKeysApart);
    CPPUNIT_TEST(sharesItsCountsWithOtherProcesses);
    CPPUNIT_TEST(attack8_wrongGuessesAreBlockedAtTheBurst);
    CPPUNIT_TEST(storesDigestsOnly);
    CPPUNIT_TEST(countsIPv6AddressesByTheirNetwork);
    CPPUNIT_TEST(passesOnThatTheDatabaseIsAway);
    CPPUNIT_TEST(prunesOnceAMinute);
    CPPUNIT_TEST_SUITE_END();

    test::FakeTable table_;
    test::FakeStore store_{table_};

public:
    void allowsTheBurstThenSaysHowLongToWait() {
        StoredRateLimiter limiter(store_, defaults());
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(!limiter.take(Bucket::loginPerIp, "192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(20, limiter.take(Bucket::loginPerIp, "192.0.2.1").value());
        table_.now += 19'000'001;
        CPPUNIT_ASSERT_EQUAL(1, limiter.take(Bucket::loginPerIp, "192.0.2.1").value());
        table_.now += 1'000'000;
        CPPUNIT_ASSERT(!limiter.take(Bucket::loginPerIp, "192.0.2.1"));
        CPPUNIT_ASSERT(limiter.take(Bucket::loginPerIp, "192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(table_.begun, table_.committed);  // also when refused
    }

    void countsBucketsAndKeysApart() {
        StoredRateLimiter limiter(store_, defaults());
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(!limiter.take(Bucket::loginPerIp, "192.0.2.1"));
        CPPUNIT_ASSERT(limiter.take(Bucket::loginPerIp, "192.0.2.1"));
        CPPUNIT_ASSERT(!limiter.take(Bucket::loginPerIp, "192.0.2.2"));
        CPPUNIT_ASSERT(!limiter.take(Bucket::registration, "192.0.2.1"));
        CPPUNIT_ASSERT(!limiter.take(Bucket::loginPerIp, "unknown"));
    }

    void sharesItsCountsWithOtherProcesses() {
        StoredRateLimiter one(store_, defaults());
        StoredRateLimiter other(store_, defaults());
        CPPUNIT_ASSERT(!one.take(Bucket::registration, "x"));
        CPPUNIT_ASSERT(!other.take(Bucket::registration, "x"));
        CPPUNIT_ASSERT(!one.take(Bucket::registration, "x"));
        CPPUNIT_ASSERT(other.take(Bucket::registration, "x"));
    }

    void attack8_wrongGuessesAreBlockedAtTheBurst() {
        StoredRateLimiter limiter(store_, defaults());
        for (const auto& [bucket, burst] : {std::pair(Bucket::userCodePerIp, 10), {Bucket::registrationTokenPerIp, 10}, {Bucket::clientSecretPerIp, 20}, {Bucket::clientSecretPerClient, 100}, {Bucket::clientRegistrationPerIp, 30}}) {
            int allowed = 0;
            for (int i = 0; i < 1000; ++i) allowed += limiter.take(bucket, "192.0.2.1") ? 0 : 1;
            CPPUNIT_ASSERT_EQUAL(burst, allowed);
        }
    }

    void storesDigestsOnly() {
        StoredRateLimiter limiter(store_, defaults());
        limiter.take(Bucket::emailPerAddress, "somebody@example.org");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), table_.fullAt.size());
        // printf %s 6:somebody@example.org | sha256sum
        CPPUNIT_ASSERT_EQUAL(std::string("44f75018abb502d466981a6cb649040e3e6a8f97951740c6bd8bf63878d723a1"), table_.fullAt.begin()->first);
    }

    void countsIPv6AddressesByTheirNetwork() {
        const auto digest = [](const char* address, Bucket bucket = Bucket::loginPerIp) { return StoredRateLimiter::digest(bucket, address); };
        CPPUNIT_ASSERT_EQUAL(digest("2001:db8:1:2::1"), digest("2001:db8:1:2:ffff::9"));
        CPPUNIT_ASSERT(digest("2001:db8:1:2::1") != digest("2001:db8:1:3::1"));
        CPPUNIT_ASSERT_EQUAL(digest("192.0.2.1"), digest("::ffff:192.0.2.1"));
        CPPUNIT_ASSERT(digest("192.0.2.1") != digest("192.0.2.2"));
        CPPUNIT_ASSERT(digest("2001:db8::1", Bucket::clientSecretPerClient) != digest("2001:db8::2", Bucket::clientSecretPerClient));
    }

    void passesOnThatTheDatabaseIsAway() {
        StoredRateLimiter limiter(store_, defaults());
        table_.away = true;
        CPPUNIT_ASSERT_THROW(limiter.take(Bucket::loginPerIp, "x"), Unavailable);
        table_.away = false;
        CPPUNIT_ASSERT(!limiter.take(Bucket::loginPerIp, "x"));
    }

    void prunesOnceAMinute() {
        StoredRateLimiter limiter(store_, defaults());
        for (int i = 0; i < 5; ++i) limiter.take(Bucket::loginPerIp, "x");
        CPPUNIT_ASSERT_EQUAL(1, table_.pruned);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StoredRateLimiterTest);

}  // namespace latchkey::limits
