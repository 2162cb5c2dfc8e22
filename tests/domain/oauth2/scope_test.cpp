// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/scope.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey {

class ScopeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ScopeTest);
    CPPUNIT_TEST(readsTokensAsASortedSet);
    CPPUNIT_TEST(refusesAnythingButSingleBlanksBetweenTokens);
    CPPUNIT_TEST(knowsTheCharactersOfAToken);
    CPPUNIT_TEST(limitsTheLength);
    CPPUNIT_TEST(takesTokensOfTheDatabaseAsTheyAre);
    CPPUNIT_TEST(findsTokens);
    CPPUNIT_TEST(comparesScopes);
    CPPUNIT_TEST(listsDevicesOfBothFamiliesOnce);
    CPPUNIT_TEST(normalisesApiAndDevices);
    CPPUNIT_TEST_SUITE_END();

    static Scope scope(const std::string& text) { return Scope::parse(text).value(); }
    static void equal(const std::string& expected, const std::string& actual) { CPPUNIT_ASSERT_EQUAL(expected, actual); }

public:
    void readsTokensAsASortedSet() {
        equal("email openid profile", scope("profile openid email openid").text());
        equal("B a", scope("a B").text());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, scope("openid").tokens().size());
    }

    void refusesAnythingButSingleBlanksBetweenTokens() {
        for (const char* text : {"", " ", " a", "a ", "a  b", "a\tb", "a\nb"}) CPPUNIT_ASSERT_MESSAGE(text, !Scope::parse(text));
    }

    void knowsTheCharactersOfAToken() {
        for (int c = 0; c < 256; ++c) {
            const bool allowed = c == 0x21 || (c >= 0x23 && c <= 0x5A) || (c >= 0x5D && c <= 0x7D);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(c), allowed, Scope::parse(std::string("a") + static_cast<char>(c)).has_value());
        }
    }

    void limitsTheLength() {
        CPPUNIT_ASSERT(Scope::parse(std::string(4096, 'a')));
        CPPUNIT_ASSERT(!Scope::parse(std::string(4097, 'a')));
    }

    void takesTokensOfTheDatabaseAsTheyAre() {
        equal("a[b c~", Scope(std::vector<std::string>{"c~", "a[b", "c~"}).text());
        CPPUNIT_ASSERT(Scope().empty());
        equal("", Scope().text());
    }

    void findsTokens() {
        CPPUNIT_ASSERT(scope("email openid").contains(kScopeOpenId));
        CPPUNIT_ASSERT(!scope("email openid").contains("open"));
        CPPUNIT_ASSERT(!Scope().contains(""));
    }

    void comparesScopes() {
        CPPUNIT_ASSERT(scope("a b c").covers(scope("c a")));
        CPPUNIT_ASSERT(scope("a").covers(Scope()));
        CPPUNIT_ASSERT(!scope("a b").covers(scope("b c")));
        CPPUNIT_ASSERT(scope("a b") == scope("b a"));
    }

    void listsDevicesOfBothFamiliesOnce() {
        const Scope both = scope("urn:matrix:client:device:BBBB urn:matrix:org.matrix.msc2967.client:device:AAAA urn:matrix:client:device:AAAA openid");
        CPPUNIT_ASSERT(both.deviceIds() == (std::vector<std::string>{"AAAA", "BBBB"}));
        CPPUNIT_ASSERT(scope("urn:matrix:client:device: urn:matrix:client:api:*").deviceIds().empty());
    }

    void normalisesApiAndDevices() {
        const std::string all = "openid urn:matrix:client:api:* urn:matrix:client:device:ABC urn:matrix:org.matrix.msc2967.client:api:* "
                                "urn:matrix:org.matrix.msc2967.client:device:ABC";
        equal(all, scope("openid urn:matrix:client:api:* urn:matrix:client:device:ABC").normalized().text());
        equal(all, scope("openid urn:matrix:org.matrix.msc2967.client:api:* urn:matrix:org.matrix.msc2967.client:device:ABC").normalized().text());
        equal(all, scope(all).normalized().text());
        equal("openid urn:mas:admin", scope("openid urn:mas:admin").normalized().text());
        equal("", Scope().normalized().text());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ScopeTest);

}  // namespace latchkey
