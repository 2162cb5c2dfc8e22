// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encrypter.h"
#include "plugins/account/session/csrf.h"
#include "plugins/account/session/session_cookie.h"
#include "plugins/account/settings.h"
#include "plugins/http/api/escape.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

class CookieTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CookieTest);
    CPPUNIT_TEST(writesTheAttributesOfTheSheet);
    CPPUNIT_TEST(isSecureAndHasThePathOfThePublicBase);
    CPPUNIT_TEST(readsBackItsSession);
    CPPUNIT_TEST(takesWhatItCannotOpenAsAbsent);
    CPPUNIT_TEST(keepsItsTokenForAnHour);
    CPPUNIT_TEST(attack20_refusesAnotherBrowsersToken);
    CPPUNIT_TEST_SUITE_END();

    const Encrypter encrypter_{"9f3ab1c44de05577a1b2c3d4e5f60718293a4b5c6d7e8f900112233445566778"};
    Settings settings_;
    const Instant now_{1'750'000'000'000'000};

    CookieJar jar() const { return {encrypter_, settings_}; }
    static http::Request browser(const http::Cookie& cookie) {
        http::Request request;
        const std::string field = cookie.field(0);
        request.headers.add("Cookie", field.substr(0, field.find(';')));
        return request;
    }

public:
    void setUp() override { settings_.url.base = "http://auth.example.com/"; }

    void writesTheAttributesOfTheSheet() {
        http::Cookie cookie;
        cookie.name = "session";
        cookie.value = "a+b/c==";
        cookie.maxAgeSeconds = 630'720'000;
        CPPUNIT_ASSERT_EQUAL(std::string("session=a+b%2Fc%3D%3D; HttpOnly; SameSite=Lax; Path=/; Max-Age=630720000; Expires=Wed, 12 Dec 1990 00:00:00 GMT"), cookie.field(30'240'000));
    }
    void isSecureAndHasThePathOfThePublicBase() {
        settings_.url.base = "https://auth.example.com/mas/";
        const std::string field = sessionCookie(jar(), std::nullopt).field(0);
        CPPUNIT_ASSERT(field.find("; Path=/mas/; Secure") != std::string::npos);
        CPPUNIT_ASSERT(field.find("Domain") == std::string::npos);
    }
    void readsBackItsSession() {
        const Ulid id = Ulid::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").value();
        CPPUNIT_ASSERT(readSessionCookie(jar(), browser(sessionCookie(jar(), id))) == id);
        CPPUNIT_ASSERT(!readSessionCookie(jar(), browser(sessionCookie(jar(), std::nullopt))));
        CPPUNIT_ASSERT(readSessionCookie(jar(), browser(jar().seal("session", R"({"current":"01ARZ3NDEKTSV4RRFFQ69G5FAV"})"))) == id);
    }
    void takesWhatItCannotOpenAsAbsent() {
        const Encrypter other("0000000000000000000000000000000000000000000000000000000000000001");
        const Ulid id = Ulid::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").value();
        CPPUNIT_ASSERT(!readSessionCookie(jar(), browser(sessionCookie(CookieJar(other, settings_), id))));
        for (const char* content : {"", "null", "[]", "{}", R"({"current":7})", R"({"current":"x"})"}) {
            CPPUNIT_ASSERT_MESSAGE(content, !readSessionCookie(jar(), browser(jar().seal("session", content))));
        }
        http::Request request;
        request.headers.add("Cookie", "session=%zz");
        CPPUNIT_ASSERT(!readSessionCookie(jar(), request));
    }
    void keepsItsTokenForAnHour() {
        const Csrf csrf = Csrf::make();
        const http::Request request = browser(csrf.cookie(jar(), now_));
        const auto read = Csrf::read(jar(), request, now_ + Duration::seconds(3600));
        CPPUNIT_ASSERT(read && read->matches(csrf.formValue()));
        CPPUNIT_ASSERT(!Csrf::read(jar(), request, now_ + Duration::seconds(3601)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{43}, csrf.formValue().size());
    }
    void attack20_refusesAnotherBrowsersToken() {
        const Csrf mine = Csrf::make();
        for (const std::string& given : {Csrf::make().formValue(), std::string(), mine.formValue() + "A", std::string("!!")}) CPPUNIT_ASSERT(!mine.matches(given));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CookieTest);

}  // namespace latchkey::account
