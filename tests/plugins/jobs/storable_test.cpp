// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/storable.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::jobs {

class StorableTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StorableTest);
    CPPUNIT_TEST(keepsEveryScript);
    CPPUNIT_TEST(replacesWhatIsNoText);
    CPPUNIT_TEST(cutsBetweenCharacters);
    CPPUNIT_TEST_SUITE_END();

public:
    void keepsEveryScript() {
        for (const char* text : {"plain", "Zoë", "Ключ", "鍵", "🔑 → 🚪", ""}) CPPUNIT_ASSERT_EQUAL(std::string(text), storable(text));
    }
    void replacesWhatIsNoText() {
        CPPUNIT_ASSERT_EQUAL(std::string("a b?c?"), storable("a\nb\tc\x7f"));
        CPPUNIT_ASSERT_EQUAL(std::string("a?b"), storable(std::string_view("a\0b", 3)));
        CPPUNIT_ASSERT_EQUAL(std::string("?x??y"), storable("\xFFx\xC0\xAFy"));
        CPPUNIT_ASSERT_EQUAL(std::string("???"), storable("\xED\xA0\x80"));  // half of a surrogate pair
        CPPUNIT_ASSERT_EQUAL(std::string("€??"), storable("€\xE2\x82"));      // cut by somebody else
    }
    void cutsBetweenCharacters() {
        CPPUNIT_ASSERT_EQUAL(std::string(1000, 'x'), storable(std::string(5000, 'x')));
        std::string euros;
        for (int i = 0; i < 500; ++i) euros += "€";
        CPPUNIT_ASSERT_EQUAL(euros.substr(0, 999), storable(euros));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StorableTest);

}  // namespace latchkey::jobs
