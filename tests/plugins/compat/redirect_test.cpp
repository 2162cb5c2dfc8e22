// SPDX-License-Identifier: Apache-2.0
#include "domain/compat/redirect_url.h"
#include "tests/plugins/compat/compat_world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::compat {

class CompatRedirectTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompatRedirectTest);
    CPPUNIT_TEST(attack12_takesProperUrlsOnly);
    CPPUNIT_TEST(putsTheTokenWhereClientsLook);
    CPPUNIT_TEST(leadsToThePage);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_COMPAT_WORLD

    void attack12_takesProperUrlsOnly() {
        for (const char* good : {"https://app.example.com/?a=b#c", "http://localhost:8080/x", "element://vector/x", "io.element.app:/callback", "https://[::1]/"}) {
            CPPUNIT_ASSERT_MESSAGE(good, isRedirectUrl(good));
        }
        for (const char* bad : {"", "/x", "//evil.example", "https:evil.example", "https://", "https:///x", "https://:80/", "https://user@evil.example/", "app://u:p@h/",
                                "https://good.example\\@evil.example", "https://a b/", "https://a/\r\nX: y", "javascript:alert(1)", "JavaScript://x/%0aalert(1)",
                                "data:text/html,x", ":x", "1a:x", "https://\xc3\xa9.example/"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !isRedirectUrl(bad));
        }
        CPPUNIT_ASSERT(!isRedirectUrl("https://a/" + std::string(2048, 'a')));
    }

    void putsTheTokenWhereClientsLook() {
        for (const auto& [url, location] : {std::pair("https://app.example.com/", "https://app.example.com/?loginToken=T"),
                                            std::pair("https://a/?x=1", "https://a/?x=1&loginToken=T"), std::pair("https://a/?x=1&", "https://a/?x=1&loginToken=T"),
                                            std::pair("https://a/?", "https://a/?loginToken=T"), std::pair("https://a/?x#/room?y", "https://a/?x&loginToken=T#/room?y"),
                                            std::pair("https://a/#/b?c", "https://a/?loginToken=T#/b?c"), std::pair("io.example:/cb", "io.example:/cb?loginToken=T")}) {
            CPPUNIT_ASSERT_EQUAL(std::string(location), withLoginToken(url, "T"));
        }
    }

    void leadsToThePage() {
        if (!world_) return;
        for (const char* query : {"", "redirectUrl=x", "redirectUrl=%zz"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(query, 400, world_->call("GET", "login/sso/redirect", {}, {}, query).status);
        const http::Response plain = world_->call("GET", "login/sso/redirect/{idp}", {}, {}, "redirectUrl=app%3A%2F%2Fx&action=other");
        const std::string id = world_->sql("SELECT count(*) FROM compat_sso_logins WHERE redirect_uri = 'app://x' AND fulfilled_at IS NULL");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), id);
        const std::string location(plain.headers.get("Location").value_or(""));
        CPPUNIT_ASSERT(plain.status == 303 && location.starts_with("https://auth.example.com/sub/complete-compat-sso/") && location.find('?') == std::string::npos);
        const http::Response action = world_->call("GET", "login/sso/redirect", {}, {}, "redirectUrl=app%3A%2F%2Fx&org.matrix.msc3824.action=register");
        CPPUNIT_ASSERT(action.headers.get("Location").value_or("").ends_with("?action=register&org.matrix.msc3824.action=register"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CompatRedirectTest);

}  // namespace latchkey::compat
