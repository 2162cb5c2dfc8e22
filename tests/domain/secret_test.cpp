// SPDX-License-Identifier: Apache-2.0
#include "domain/secret.h"

#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <cctype>

namespace latchkey {

class SecretTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretTest);
    CPPUNIT_TEST(comparesWholeStrings);
    CPPUNIT_TEST(drawsWhatWasAskedFor);
    CPPUNIT_TEST(drawsEvenly);
    CPPUNIT_TEST_SUITE_END();

public:
    void comparesWholeStrings() {
        CPPUNIT_ASSERT(constantTimeEquals("", ""));
        CPPUNIT_ASSERT(constantTimeEquals(std::string("a\0b", 3), std::string("a\0b", 3)));
        CPPUNIT_ASSERT(!constantTimeEquals(std::string("a\0b", 3), std::string("a\0c", 3)));
        CPPUNIT_ASSERT(!constantTimeEquals("secret", "secrets"));
        CPPUNIT_ASSERT(!constantTimeEquals("Secret", "secret"));
    }

    void drawsWhatWasAskedFor() {
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), randomBytes(0).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(33), randomBytes(33).size());
        CPPUNIT_ASSERT(randomBytes(16) != randomBytes(16));
        CPPUNIT_ASSERT_EQUAL(std::size_t(32), randomAlphanumerics(32).size());
        for (const char c : randomAlphanumerics(500)) CPPUNIT_ASSERT(std::isalnum(static_cast<unsigned char>(c)) != 0);
    }

    // 62,000 draws: 1,000 each, standard deviation 31; 250 away would be eight of those.
    void drawsEvenly() {
        std::array<int, 256> seen{};
        for (const char c : randomAlphanumerics(62'000)) ++seen[static_cast<unsigned char>(c)];
        int characters = 0;
        for (const int count : seen) {
            if (count == 0) continue;
            ++characters;
            CPPUNIT_ASSERT(count > 750 && count < 1250);
        }
        CPPUNIT_ASSERT_EQUAL(62, characters);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SecretTest);

}  // namespace latchkey
