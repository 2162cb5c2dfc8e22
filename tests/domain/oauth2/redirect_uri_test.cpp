// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/redirect_uri.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey {

class RedirectUriTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RedirectUriTest);
    CPPUNIT_TEST(aMissingRootPathIsTheRoot);
    CPPUNIT_TEST(thePortOfALoopbackAddressIsFree);
    CPPUNIT_TEST(attack12NothingElseIsTheSame);
    CPPUNIT_TEST_SUITE_END();

    static bool matches(const char* requested, const char* registered) { return isRegisteredRedirectUri(requested, {"https://other.example/", registered}); }

    void aMissingRootPathIsTheRoot() {
        CPPUNIT_ASSERT(matches("https://app.example", "https://app.example/"));
        CPPUNIT_ASSERT(matches("https://app.example/", "https://app.example/"));
        CPPUNIT_ASSERT(matches("https://app.example?x=1", "https://app.example/?x=1"));
        CPPUNIT_ASSERT(matches("http://localhost:8080", "http://localhost/"));
        CPPUNIT_ASSERT(!matches("https://app.example/cb", "https://app.example/cb/"));
        CPPUNIT_ASSERT(!matches("com.app:", "com.app:/"));
        CPPUNIT_ASSERT(!matches("https://", "https:///"));
    }

    void thePortOfALoopbackAddressIsFree() {
        CPPUNIT_ASSERT(matches("http://127.0.0.1:51004/cb", "http://127.0.0.1/cb"));
        CPPUNIT_ASSERT(matches("http://[::1]:51004/cb", "http://[::1]:1/cb"));
        CPPUNIT_ASSERT(!matches("http://127.0.0.1:51004/cb2", "http://127.0.0.1/cb"));
        CPPUNIT_ASSERT(!matches("https://127.0.0.1:51004/cb", "https://127.0.0.1/cb"));
    }

    void attack12NothingElseIsTheSame() {
        for (const char* requested : {"https://app.example/cb/", "https://app.example//cb", "https://app.example/cb?", "https://app.example/cb#", "https://app.example/cb#x", "https://APP.example/cb",
                                      "https://app.example:443/cb", "https://app.example./cb", "https://user@app.example/cb", "https://app.example\\@evil.example/cb", "https://app.example/x/../cb",
                                      "https://app.example/%63b", "http://app.example/cb", "//app.example/cb", "https://app.example.evil.example/cb", "http://localhost.evil.example/cb", ""}) {
            CPPUNIT_ASSERT_MESSAGE(requested, !isRegisteredRedirectUri(requested, {"https://app.example/cb", "http://localhost/cb"}));
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RedirectUriTest);

}  // namespace latchkey
