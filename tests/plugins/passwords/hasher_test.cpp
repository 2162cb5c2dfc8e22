// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/doctor.h"
#include "tests/plugins/passwords/support.h"

#include <algorithm>
#include <ctime>
#include <type_traits>

namespace latchkey::passwords {

namespace {

using Verdict = PasswordHasher::Verdict;
using test::scheme;

static_assert(!std::is_convertible_v<Verdict, bool> && !std::is_constructible_v<bool, PasswordHasher::Verification>, "attack 6: a verdict is no truth value");

// Of all threads of this process: other processes do not disturb it, however busy the machine.
double cpuMilliseconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

template <typename Work>
double cost(Work&& work) {
    const double before = cpuMilliseconds();
    work();
    return cpuMilliseconds() - before;
}

// The pretence's cost in terms of a verification's; both are taken in turn, so that what slows one slows the other.
double costOfPretending(SchemeHasher& hasher, int rounds) {
    const auto stored = hasher.hash("the right one");
    std::vector<double> real;
    std::vector<double> pretended;
    for (int i = 0; i < rounds; ++i) {
        real.push_back(cost([&] { hasher.verify("a wrong one", stored.text, stored.version); }));
        pretended.push_back(cost([&] { hasher.pretend("a wrong one"); }));
    }
    return median(pretended) / median(real);
}

}  // namespace

class PasswordHasherTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PasswordHasherTest);
    CPPUNIT_TEST(hashesByTheHighestVersion);
    CPPUNIT_TEST(upgradesAfterAMatchByAnOlderVersion);
    CPPUNIT_TEST(refusesAnUnknownVersion);
    CPPUNIT_TEST(refusesEmptyAndHugePasswords);
    CPPUNIT_TEST(bcryptTakesNoNul);
    CPPUNIT_TEST(attack6_nearMissesDoNotMatch);
    CPPUNIT_TEST(attack7_pretendingCostsWhatVerifyingCosts);
    CPPUNIT_TEST(asksForTheConfiguredComplexity);
    CPPUNIT_TEST(isOffWhenSwitchedOff);
    CPPUNIT_TEST(knowsWhatMakesItsSchemesQuicker);
    CPPUNIT_TEST_SUITE_END();

    void knowsWhatMakesItsSchemesQuicker() {
        CPPUNIT_ASSERT(cureOfSlowness("bcrypt, cost 14").find("lower passwords.schemes[].cost") != std::string::npos);
        CPPUNIT_ASSERT(cureOfSlowness("argon2id, 19456 KiB, 2 passes").find("cost") == std::string::npos);
    }

    void hashesByTheHighestVersion() {
        SchemeHasher hasher(test::with({scheme(3, Algorithm::bcrypt), scheme(9, Algorithm::pbkdf2), scheme(1, Algorithm::argon2id)}));
        const auto made = hasher.hash("x");
        CPPUNIT_ASSERT_EQUAL(9, made.version);
        CPPUNIT_ASSERT(made.text.starts_with("$pbkdf2-sha256$"));
    }

    void upgradesAfterAMatchByAnOlderVersion() {
        SchemeHasher old(test::with({scheme(1, Algorithm::bcrypt, false, "old")}));
        const auto stored = old.hash("secret words");
        SchemeHasher hasher(test::with({scheme(2, Algorithm::argon2id, true, "new"), scheme(1, Algorithm::bcrypt, false, "old")}));
        CPPUNIT_ASSERT(!hasher.verify("wrong words", stored.text, 1).upgraded);
        const auto checked = hasher.verify("secret words", stored.text, 1);
        CPPUNIT_ASSERT(checked.verdict == Verdict::match);
        CPPUNIT_ASSERT(checked.upgraded);
        CPPUNIT_ASSERT_EQUAL(2, checked.upgraded->version);
        const auto again = hasher.verify("secret words", checked.upgraded->text, 2);
        CPPUNIT_ASSERT(again.verdict == Verdict::match);
        CPPUNIT_ASSERT(!again.upgraded);
    }

    void refusesAnUnknownVersion() {
        SchemeHasher hasher(test::with({scheme(1, Algorithm::bcrypt)}));
        const auto stored = hasher.hash("x");
        try {
            hasher.verify("x", stored.text, 2);
            CPPUNIT_FAIL("verified");
        } catch (const Error& error) {
            CPPUNIT_ASSERT(std::string(error.what()).find("version 2") != std::string::npos);
            CPPUNIT_ASSERT(std::string(error.what()).find(stored.text) == std::string::npos);
        }
    }

    void refusesEmptyAndHugePasswords() {
        SchemeHasher hasher(test::with({scheme(1, Algorithm::bcrypt)}));
        const std::string longest(SchemeHasher::kLongestPassword, 'a');
        const auto stored = hasher.hash(longest);
        CPPUNIT_ASSERT(hasher.verify(longest, stored.text, 1).verdict == Verdict::match);
        for (const std::string& bad : {std::string(), longest + "a"}) {
            CPPUNIT_ASSERT_THROW(hasher.hash(bad), Error);
            CPPUNIT_ASSERT(hasher.verify(bad, stored.text, 1).verdict == Verdict::mismatch);
            CPPUNIT_ASSERT(!hasher.complexEnough(bad));
            hasher.pretend(bad);
        }
    }

    void bcryptTakesNoNul() {
        SchemeHasher hasher(test::with({scheme(1, Algorithm::bcrypt)}));
        const auto stored = hasher.hash("abc");
        CPPUNIT_ASSERT_THROW(hasher.hash(std::string_view("abc\0d", 5)), Error);
        CPPUNIT_ASSERT(hasher.verify(std::string_view("abc\0d", 5), stored.text, 1).verdict == Verdict::mismatch);
    }

    void attack6_nearMissesDoNotMatch() {
        SchemeHasher hasher(test::with({scheme(1, Algorithm::bcrypt)}));
        const auto stored = hasher.hash("Password-1");
        for (const char* wrong : {"", "Password-", "Password-2", "password-1", "Password-1 ", " Password-1", "Password-11"}) {
            CPPUNIT_ASSERT_MESSAGE(wrong, hasher.verify(wrong, stored.text, 1).verdict == Verdict::mismatch);
        }
        CPPUNIT_ASSERT(hasher.verify("Password-1", stored.text, 1).verdict == Verdict::match);
    }

    void attack7_pretendingCostsWhatVerifyingCosts() {
        using enum Algorithm;
        for (const Algorithm algorithm : {argon2id, bcrypt, pbkdf2}) {
            SchemeConfig current = scheme(2, algorithm, true, "pepper");
            current.cost = 7;
            SchemeHasher hasher(test::with({scheme(1, bcrypt), current}));
            double ratio = 0;
            for (int attempt = 0; attempt < 3; ++attempt) {
                ratio = costOfPretending(hasher, algorithm == pbkdf2 ? 5 : 15);
                if (ratio > 0.9 && ratio < 1.1) break;
            }
            CPPUNIT_ASSERT_MESSAGE("pretending costs " + std::to_string(ratio) + " of a verification", ratio > 0.75 && ratio < 1.33);
        }
    }

    void asksForTheConfiguredComplexity() {
        PasswordConfig config = test::with({scheme(1, Algorithm::bcrypt)});
        CPPUNIT_ASSERT(!SchemeHasher(config).complexEnough("P@ssw0rd"));
        CPPUNIT_ASSERT(SchemeHasher(config).complexEnough("correct horse battery staple"));
        config.minimumComplexity = 0;
        CPPUNIT_ASSERT(SchemeHasher(config).complexEnough("a"));
        config.minimumComplexity = 5;
        CPPUNIT_ASSERT(!SchemeHasher(config).complexEnough("correct horse battery staple"));
    }

    void isOffWhenSwitchedOff() {
        PasswordConfig config;
        config.enabled = false;
        config.schemes.clear();
        SchemeHasher hasher(config);
        CPPUNIT_ASSERT(!hasher.enabled());
        CPPUNIT_ASSERT_THROW(hasher.hash("x"), Error);
        CPPUNIT_ASSERT_THROW(hasher.verify("x", "y", 1), Error);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PasswordHasherTest);

}  // namespace latchkey::passwords
