// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/new_user.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::manage {

class NewUserTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NewUserTest);
    CPPUNIT_TEST(takesTheNameOutOfAMatrixId);
    CPPUNIT_TEST(tellsAddressesFromOtherText);
    CPPUNIT_TEST(keepsAnAddressOnce);
    CPPUNIT_TEST_SUITE_END();

    void takesTheNameOutOfAMatrixId() {
        for (const char* text : {"alice", "@alice", "@alice:example.org", "@alice:example.org:8448"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string("alice"), usernameOf(text));
        for (const char* text : {"", "@", "@:example.org"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string(), usernameOf(text));
    }

    void tellsAddressesFromOtherText() {
        for (const char* good : {"a@b", "alice@example.org", "a.b+c@x-y.example", "ünï@exämple.org"}) CPPUNIT_ASSERT_MESSAGE(good, isEmailAddress(good));
        const std::string longName(65, 'a');
        for (const std::string& bad : {std::string(""), std::string("alice"), std::string("@x"), std::string("a@"), std::string("a b@x"), std::string("a@b c"), std::string(".a@x"), std::string("a..b@x"),
                                       std::string("a@x..y"), std::string("a@.x"), std::string("a@x."), std::string("a@-x"), std::string("a@x-"), std::string("a@b@c"), std::string("a@x\n"),
                                       std::string("<a@x>"), longName + "@x", "a@" + longName}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !isEmailAddress(bad));
        }
    }

    void keepsAnAddressOnce() {
        NewUser user;
        for (const char* each : {"a@x", "A@x", "b@x"}) user.addEmail(each);
        CPPUNIT_ASSERT(user.emails == (std::vector<std::string>{"a@x", "b@x"}));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(NewUserTest);

}  // namespace latchkey::manage
