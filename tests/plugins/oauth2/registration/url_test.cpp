// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/language_tag.h"
#include "plugins/oauth2/registration/public_suffix.h"
#include "plugins/oauth2/registration/web_url.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <utility>

namespace latchkey::oauth2 {

class RegistrationUrlTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegistrationUrlTest);
    CPPUNIT_TEST(bringsUrlsIntoTheFormOfBrowsers);
    CPPUNIT_TEST(refusesWhatIsNoAbsoluteUrl);
    CPPUNIT_TEST(tellsThePartsApart);
    CPPUNIT_TEST(knowsPublicSuffixes);
    CPPUNIT_TEST(bringsLanguageTagsIntoTheirUsualCase);
    CPPUNIT_TEST(refusesWhatIsNoLanguageTag);
    CPPUNIT_TEST_SUITE_END();

    void bringsUrlsIntoTheFormOfBrowsers() {
        const std::pair<std::string, std::string> rows[] = {
            {"https://app.example", "https://app.example/"},
            {"HTTPS://App.Example:443/Cb?Q=1#F", "https://app.example/Cb?Q=1#F"},
            {"http://app.example:080/", "http://app.example/"},
            {"http://localhost:8080?x", "http://localhost:8080/?x"},
            {"https://app.example/a/./b/../c", "https://app.example/a/c"},
            {"https://app.example/a/%2E%2e/c/..", "https://app.example/"},
            {"https://app.example/../../a", "https://app.example/a"},
            {"https://app.example//a", "https://app.example//a"},
            {"https://app.example/a b\"<>`{}|[]", "https://app.example/a%20b%22%3C%3E%60%7B%7D|[]"},
            {"https://app.example/?a'b\"", "https://app.example/?a%27b%22"},
            {"https://app.example/ä?ä#ä", "https://app.example/%C3%A4?%C3%A4#%C3%A4"},
            {"https://Bücher.Example/", "https://xn--bcher-kva.example/"},
            {"https://faß.example/", "https://xn--fa-hia.example/"},
            {"https://user:p w@app.example/", "https://user:p%20w@app.example/"},
            {"http://[::1]:3000/", "http://[::1]:3000/"},
            {"http://[2001:0DB8:0:0:1:0:0:1]/", "http://[2001:db8::1:0:0:1]/"},
            {"http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"},
            {"http://127.0.0.1:1/", "http://127.0.0.1:1/"},
            {"com.example.app:/callback", "com.example.app:/callback"},
            {"com.example.app:/a/../b", "com.example.app:/b"},
            {"com.example.app:callback?x=1", "com.example.app:callback?x=1"},
            {"com.example.app://Host/cb", "com.example.app://Host/cb"},
            {"com.example.app:///cb", "com.example.app:///cb"},
            {"com.example.app://", "com.example.app://"},
        };
        for (const auto& [text, normal] : rows) {
            const auto url = WebUrl::parse(text);
            CPPUNIT_ASSERT_MESSAGE(text, url.has_value());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, normal, url->text());
            CPPUNIT_ASSERT_EQUAL_MESSAGE("again: " + text, normal, WebUrl::parse(normal)->text());
        }
    }

    void refusesWhatIsNoAbsoluteUrl() {
        for (const std::string text : {"", "nope", "/cb", "app.example/cb", "https:", "https:/app.example", "https://", "https:///cb", "https://:1/", "https://a:65536/", "https://a:x/",
                                       "https://a b/", "https://a%41/", "https://a..b/", "https://.a/", "https://127.1/", "https://2130706433/", "https://0x7f.1/", "https://1.2.3.4.5/",
                                       "https://[::1/", "https://[::g]/", "https://app.example\\@evil.example/", "https://app.example/\\..", " https://app.example/",
                                       "https://app.example/ ", "https://app.example/\n", "ht\ttps://app.example/", "file:///etc/passwd", "1a:b", ":", "a:/..//b",
                                       "https://xn--a/", "https://app_.exam ple/", "com.app://a b/", "com.app://user@/x"}) {
            CPPUNIT_ASSERT_MESSAGE("accepted: " + text, !WebUrl::parse(text));
        }
        CPPUNIT_ASSERT(!WebUrl::parse("https://app.example/" + std::string(2048, 'a')));
        CPPUNIT_ASSERT(!WebUrl::parse(std::string("https://app.example/a\0b", 23)));
    }

    void tellsThePartsApart() {
        const auto url = WebUrl::parse("https://user:pw@app.example@evil.example:8443/a?b?c#d#e");
        CPPUNIT_ASSERT(url.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("evil.example"), *url->host);
        CPPUNIT_ASSERT_EQUAL(std::string("user:pw%40app.example"), url->credentials);
        CPPUNIT_ASSERT_EQUAL(std::string("8443"), url->port);
        CPPUNIT_ASSERT_EQUAL(std::string("b?c"), *url->query);
        CPPUNIT_ASSERT_EQUAL(std::string("d#e"), *url->fragment);
        CPPUNIT_ASSERT(!WebUrl::parse("com.example:x")->host);
        CPPUNIT_ASSERT(!WebUrl::parse("https://a.example/")->query);
        CPPUNIT_ASSERT_EQUAL(std::string(), *WebUrl::parse("https://a.example/#")->fragment);
    }

    void knowsPublicSuffixes() {
        for (const char* host : {"com", "co.uk", "github.io", ".com", "com.", "kawasaki.jp"}) CPPUNIT_ASSERT_MESSAGE(host, isPublicSuffix(host));
        for (const char* host : {"example.com", "localhost", "me.github.io", "127.0.0.1", "[::1]", "app.invalid", "", "."}) CPPUNIT_ASSERT_MESSAGE(host, !isPublicSuffix(host));
    }

    void bringsLanguageTagsIntoTheirUsualCase() {
        const std::pair<std::string, std::string> rows[] = {
            {"de", "de"}, {"EN-us", "en-US"}, {"ZH-HANT-tw", "zh-Hant-TW"}, {"es-419", "es-419"}, {"de-CH-1901", "de-CH-1901"}, {"sl-rozaj-biske", "sl-rozaj-biske"},
            {"zh-cmn-Hans", "zh-cmn-Hans"}, {"en-u-ca-gregory", "en-u-ca-gregory"}, {"x-Mine", "x-mine"}, {"de-x-a", "de-x-a"},
        };
        for (const auto& [text, normal] : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(text, normal, languageTag(text).value_or("refused"));
    }

    void refusesWhatIsNoLanguageTag() {
        for (const char* text : {"", "e", "-", "de-", "-de", "de--CH", "de_CH", "abcdefghi", "de-u", "de-x", "x", "12", "de-ch-at", "de CH", "d\xc3\xa9"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !languageTag(text));
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationUrlTest);

}  // namespace latchkey::oauth2
