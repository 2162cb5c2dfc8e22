// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/url.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::config {

class UrlTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UrlTest);
    CPPUNIT_TEST(writesTheNormalForm);
    CPPUNIT_TEST(refusesWhatIsNotAbsolute);
    CPPUNIT_TEST_SUITE_END();

public:
    void writesTheNormalForm() {
        const struct {
            const char* text;
            const char* normal;
        } table[] = {{"https://x", "https://x/"},
                     {"HTTP://Auth.Example.COM/Path", "http://auth.example.com/Path"},
                     {"https://x:443/a", "https://x/a"},
                     {"http://x:80", "http://x/"},
                     {"http://x:8080", "http://x:8080/"},
                     {"http://[::]:8080/", "http://[::]:8080/"},
                     {"https://x/a/../b/./c", "https://x/b/c"},
                     {"https://x/a/..", "https://x/"},
                     {"https://x/..", "https://x/"},
                     {"https://x/a%2Fb/../c", "https://x/c"},
                     {"https://x/a%2Fb", "https://x/a%2Fb"},
                     {"https://x/a b", "https://x/a%20b"},
                     {"https://x?q=1#f", "https://x/?q=1#f"},
                     {"https://u:p@x/", "https://u:p@x/"},
                     {"urn:ietf:x", "urn:ietf:x"},
                     {"com.example.app:/callback", "com.example.app:/callback"}};
        for (const auto& row : table) CPPUNIT_ASSERT_EQUAL_MESSAGE(row.text, std::string(row.normal), normalizeUrl(row.text).value_or("(none)"));
    }
    void refusesWhatIsNotAbsolute() {
        for (const char* text : {"", "x", "/path", "https:", "https:/x", "https://", "https:///a", "https://x:99999/", "https://x:a/", "https://a b/", "1http://x/", "https://[::1/"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !normalizeUrl(text));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UrlTest);

}  // namespace latchkey::config
