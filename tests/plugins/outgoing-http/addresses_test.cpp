// SPDX-License-Identifier: Apache-2.0
#include "domain/outgoing_http.h"
#include "plugins/outgoing-http/addresses.h"
#include "plugins/outgoing-http/target.h"

namespace latchkey::outgoing {

class AddressesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AddressesTest);
    CPPUNIT_TEST(attack4_knowsWhatIsNotPublic);
    CPPUNIT_TEST(letsThePublicInternetThrough);
    CPPUNIT_TEST(letsThroughWhatIsAllowed);
    CPPUNIT_TEST(attack4_refusesUrlsThatTwoReadersCouldReadDifferently);
    CPPUNIT_TEST(takesUrlsApart);
    CPPUNIT_TEST(followsRelativeLocations);
    CPPUNIT_TEST_SUITE_END();

    static IpAddress address(const std::string& text) {
        const auto parsed = IpAddress::parse(text);
        CPPUNIT_ASSERT_MESSAGE(text, parsed);
        return *parsed;
    }

    void attack4_knowsWhatIsNotPublic() {
        for (const char* text :
             {"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1",
              "192.0.2.5", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
              "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8", "100::1",
              "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::", "3fff::1", "4000::1", "5f00::1",
              "fc00::1", "fd12:3456::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !isPublic(address(text)));
        }
    }

    void letsThePublicInternetThrough() {
        for (const char* text : {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1", "169.253.1.1", "172.15.255.255", "172.32.0.1", "192.0.1.1",
                                 "192.167.1.1", "192.169.1.1", "198.17.1.1", "198.20.1.1", "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2606:4700:4700::1111", "2a00:1450:4001::8"}) {
            CPPUNIT_ASSERT_MESSAGE(text, isPublic(address(text)));
        }
    }

    void letsThroughWhatIsAllowed() {
        const AddressRules rules({IpNetwork::parse("10.1.0.0/16").value(), IpNetwork::parse("fd00:1::/32").value(), IpNetwork::parse("192.168.1.5").value()});
        for (const char* text : {"10.1.2.3", "::ffff:10.1.2.3", "fd00:1:5::1", "192.168.1.5", "8.8.8.8"}) CPPUNIT_ASSERT_MESSAGE(text, rules.permits(address(text)));
        for (const char* text : {"10.2.0.1", "fd00:2::1", "192.168.1.6", "127.0.0.1", "64:ff9b::10.1.2.3"}) CPPUNIT_ASSERT_MESSAGE(text, !rules.permits(address(text)));
        for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129", "10.0.0/8", "host", "10.0.0.0/8x"}) CPPUNIT_ASSERT_MESSAGE(text, !IpNetwork::parse(text));
    }

    void attack4_refusesUrlsThatTwoReadersCouldReadDifferently() {
        for (const char* url :
             {"http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://017700000001/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.0.01/", "http://127.0.0.0x1/", "http://127.0.0.1./", "http://1/",
              "http://user@example.org/", "http://user:pw@example.org/", "http://example.org@127.0.0.1/", "http://a@b@c/", "http://:pw@h/", "http://example.org\\@127.0.0.1/", "http:\\\\example.org/", "http://exam ple.org/",
              "http://example.org/a b", "http://example.org/\r\nHost: x", "http://ex%61mple.org/", "http://127.0.0.1%00.example.org/", "http://[::1%25lo]/", "http://[fe80::1%eth0]/", "http://[::1/", "http://[127.0.0.1]/",
              "http://[::1]x/", "http://::1/", "http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1/", "http://b\xC3\xBC.example/", "http:///path", "http://", "http:/example.org", "//example.org/", "example.org", "",
              "ftp://example.org/", "file:///etc/passwd", "gopher://127.0.0.1/", "javascript:alert(1)", "http://example.org:0/", "http://example.org:65536/", "http://example.org:/", "http://example.org:80:80/",
              "http://example.org:+80/", "http://.example.org/", "http://a..b/", "http://-a/", "http://ex*mple.org/"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(url, Target::parse(url), OutgoingHttpError);
        }
    }

    void takesUrlsApart() {
        const Target plain = Target::parse("HTTPS://Example.ORG");
        CPPUNIT_ASSERT_EQUAL(std::string("https://example.org/"), plain.url());
        CPPUNIT_ASSERT_EQUAL(443u, plain.port);
        CPPUNIT_ASSERT(!plain.literal);
        CPPUNIT_ASSERT_EQUAL(std::string("http://example.org:8080/a?b=c@d:1"), Target::parse("http://example.org:8080/a?b=c@d:1#frag").url());
        CPPUNIT_ASSERT_EQUAL(std::string("http://example.org/?x"), Target::parse("http://example.org:80?x").url());
        CPPUNIT_ASSERT_EQUAL(std::string("https://[2001:db8::1]:8443/"), Target::parse("https://[2001:DB8:0::1]:8443").url());
        CPPUNIT_ASSERT(Target::parse("http://127.0.0.1/").literal);
        CPPUNIT_ASSERT(Target::parse("http://[::ffff:127.0.0.1]/").literal.value() == address("127.0.0.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("matrix_sso.internal"), Target::parse("http://matrix_sso.internal/").host);
    }

    void followsRelativeLocations() {
        const Target from = Target::parse("https://example.org/a/b?c");
        const std::pair<const char*, const char*> rows[] = {{"/x", "https://example.org/x"}, {"x", "https://example.org/a/x"}, {"?y", "https://example.org/a/b?y"}, {"https://other.example:1/", "https://other.example:1/"}, {"//other.example/z", "https://other.example/z"}};
        for (const auto& [location, url] : rows) CPPUNIT_ASSERT_EQUAL(std::string(url), from.redirected(location).url());
        for (const char* bad : {"http://example.org/", "ftp://example.org/", "https://u:p@example.org/", "https://exa mple/", "file:///etc/passwd"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(bad, from.redirected(bad), OutgoingHttpError);
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AddressesTest);

}  // namespace latchkey::outgoing
