// SPDX-License-Identifier: Apache-2.0
#include "domain/lookalike.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey {

class LookalikeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LookalikeTest);
    CPPUNIT_TEST(attack29_findsNamesThatLookLikeOthers);
    CPPUNIT_TEST(leavesNamesOfAllLanguagesAlone);
    CPPUNIT_TEST_SUITE_END();

    void attack29_findsNamesThatLookLikeOthers() {
        for (const char* name : {
                 "\u0415lement",                                // a Cyrillic Е
                 "El\u0435ment X",                              // a Cyrillic е
                 "My Ele\u043cent",                             // a Cyrillic м, which looks like no letter of ASCII
                 "\u0421\u0410\u041c\u0415\u041e",              // САМЕО, Cyrillic from one end to the other
                 "Signal \u0410\u0440\u0440",                   // Арр
                 "\u0391\u03a1\u03a1",                          // ΑΡΡ, Greek
                 "Signa\u217c \u0391",                          // ⅼ is Latin, Α Greek
                 "\U0001d404lement",                            // a mathematical E
                 "\u13aadmin",                                  // a Cherokee Ꭺ
                 "Element \u202ednE",                           // turned around
                 "Bank 1\u0967",                                // digits of two kinds in one word, and a Devanagari one
             }) {
            CPPUNIT_ASSERT_MESSAGE(name, isLookalike(name));
        }
    }

    void leavesNamesOfAllLanguagesAlone() {
        for (const char* name : {
                 "", "Element", "Element X 2", "Caf\u00e9 M\u00fcller & S\u00f8n", "FluffyChat \u2665", "Matrix.org (beta)", "Hawai\u02bbi",
                 "\u042d\u043b\u0435\u043c\u0435\u043d\u0442", "Element \u0434\u043b\u044f Android", "\u041a\u043e\u0442", "\u0395\u03bb\u03bb\u03b7\u03bd\u03b9\u03ba\u03ac",
                 "\u30c1\u30e3\u30c3\u30c8 LINE\u98a8", "\u7b80\u4f53\u4e2d\u6587 App", "\ud55c\uad6d\uc5b4", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629", "\u05e2\u05d1\u05e8\u05d9\u05ea chat",
                 "\u0939\u093f\u0928\u094d\u0926\u0940 \u0967\u0968", "\u0e44\u0e17\u0e22", "Rust\u2011Chat 3.1", "\U0001f469\u200d\U0001f4bb Dev", "\xff\xfe",
             }) {
            CPPUNIT_ASSERT_MESSAGE(name, !isLookalike(name));
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(LookalikeTest);

}  // namespace latchkey
