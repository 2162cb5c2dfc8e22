// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/api/escape.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"

#include <stdexcept>

using namespace latchkey::http;

class HttpApiTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpApiTest);
    CPPUNIT_TEST(decodesParametersInOrder);
    CPPUNIT_TEST(refusesMalformedParameters);
    CPPUNIT_TEST(findsCookies);
    CPPUNIT_TEST(tellsUtf8FromOtherBytes);
    CPPUNIT_TEST(escapesHtml);
    CPPUNIT_TEST(readsTheMediaTypeWithoutParameters);
    CPPUNIT_TEST(refusesARedirectWithALineBreak);
    CPPUNIT_TEST_SUITE_END();

    void decodesParametersInOrder() {
        const auto parsed = Parameters::parse("a=1&b=x%20y+z&a=2&&c&d==");
        CPPUNIT_ASSERT(parsed);
        CPPUNIT_ASSERT_EQUAL(std::size_t(5), parsed->items().size());
        CPPUNIT_ASSERT(parsed->get("a") == "1");
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), parsed->count("a"));
        CPPUNIT_ASSERT(parsed->get("b") == "x y z");
        CPPUNIT_ASSERT(parsed->get("c") == "");
        CPPUNIT_ASSERT(parsed->get("d") == "=");
        CPPUNIT_ASSERT(!parsed->get("e"));
    }

    void refusesMalformedParameters() {
        for (const char* bad : {"a=%", "a=%2", "a=%zz", "a=%00", "a=%ff", "a=%c0%80", "%ed%a0%80=1"}) CPPUNIT_ASSERT_MESSAGE(bad, !Parameters::parse(bad));
        std::string many = "x";
        for (int i = 0; i < 1000; ++i) many += "&x";
        CPPUNIT_ASSERT(!Parameters::parse(many));
        CPPUNIT_ASSERT(Parameters::parse(many.substr(2)));
    }

    void findsCookies() {
        Request request;
        request.headers.add("cookie", "a=1; bb = two ;c=");
        request.headers.add("Cookie", "a=3; d=4");
        CPPUNIT_ASSERT(request.cookie("a") == "1");
        CPPUNIT_ASSERT(request.cookie("bb") == "two");
        CPPUNIT_ASSERT(request.cookie("c") == "");
        CPPUNIT_ASSERT(request.cookie("d") == "4");
        CPPUNIT_ASSERT(!request.cookie("b"));
    }

    void tellsUtf8FromOtherBytes() {
        for (const char* good : {"", "abc", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x94\x91", "\xf4\x8f\xbf\xbf"}) CPPUNIT_ASSERT_MESSAGE(good, isUtf8(good));
        for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82"}) CPPUNIT_ASSERT_MESSAGE(bad, !isUtf8(bad));
    }

    void escapesHtml() { CPPUNIT_ASSERT_EQUAL(std::string("&lt;a b=&quot;&#39;&amp;&quot;&gt;"), escapeHtml("<a b=\"'&\">")); }

    void readsTheMediaTypeWithoutParameters() {
        Request request;
        CPPUNIT_ASSERT_EQUAL(std::string(), request.mediaType());
        request.headers.add("Content-Type", "Application/JSON ; charset=utf-8");
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"), request.mediaType());
    }

    void refusesARedirectWithALineBreak() {
        CPPUNIT_ASSERT_THROW(redirect("/a\r\nSet-Cookie: x=1"), std::invalid_argument);
        CPPUNIT_ASSERT_EQUAL(303, redirect("/a").status);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HttpApiTest);
