// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/visit.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

class VisitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(VisitTest);
    CPPUNIT_TEST(attack20_sendsAStrictPolicy);
    CPPUNIT_TEST(attack19_allowsFormsToReachTheRedirectUriOnly);
    CPPUNIT_TEST_SUITE_END();

public:
    void attack20_sendsAStrictPolicy() {
        http::Response response;
        addPageHeaders(response, {});
        CPPUNIT_ASSERT_EQUAL(std::string_view("default-src 'none'; form-action 'self'; img-src 'self' data:; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
                             response.headers.get("Content-Security-Policy").value());
        CPPUNIT_ASSERT_EQUAL(std::string_view("DENY"), response.headers.get("X-Frame-Options").value());
        CPPUNIT_ASSERT_EQUAL(std::string_view("no-store"), response.headers.get("Cache-Control").value());
    }
    void attack19_allowsFormsToReachTheRedirectUriOnly() {
        const std::pair<const char*, const char*> rows[] = {
            {"https://app.example.com/cb?x=1", "https://app.example.com"}, {"http://localhost:8080/cb", "http://localhost:8080"}, {"io.element.app:/cb", "io.element.app:"},
            {"http://[::1]:99/cb", "http:"}, {"https://a;script-src *;/x", "https:"}, {"https://a b/x", "https:"}, {"ja;va:x", ""}, {"nothing", ""}};
        for (const auto& [uri, source] : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(uri, std::string(source), formTargetOf(uri));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(VisitTest);

}  // namespace latchkey::account
