// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"

#include "domain/secret.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey {

class EncodingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EncodingTest);
    CPPUNIT_TEST(writesTheVectorsOfRfc4648);
    CPPUNIT_TEST(usesTheAlphabets);
    CPPUNIT_TEST(readsWhatItWrites);
    CPPUNIT_TEST(refusesBase64ThatIsNotCanonical);
    CPPUNIT_TEST(refusesBase64UrlThatIsNotCanonical);
    CPPUNIT_TEST(hashesTheVectorsOfFips180);
    CPPUNIT_TEST(writesHexadecimal);
    CPPUNIT_TEST_SUITE_END();

    static void equal(const std::string& expected, const std::string& actual) { CPPUNIT_ASSERT_EQUAL(expected, actual); }

public:
    void writesTheVectorsOfRfc4648() {
        const char* vectors[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
        for (const auto& [plain, text] : vectors) {
            equal(text, base64(plain));
            equal(plain, fromBase64(text).value());
            equal(std::string(text).substr(0, std::string(text).find('=')), base64Url(plain));
        }
    }

    void usesTheAlphabets() {
        equal("++//", base64("\xfb\xef\xff"));
        equal("--__", base64Url("\xfb\xef\xff"));
        CPPUNIT_ASSERT(!fromBase64("--__"));
        CPPUNIT_ASSERT(!fromBase64Url("++//"));
    }

    void readsWhatItWrites() {
        for (std::size_t length = 0; length < 100; ++length) {
            const std::string bytes = randomBytes(length);
            equal(bytes, fromBase64(base64(bytes)).value());
            equal(bytes, fromBase64Url(base64Url(bytes)).value());
        }
    }

    void refusesBase64ThatIsNotCanonical() {
        for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "=", "====", "A===", "Zm9v\n", " Zm9v", "Zm=v", "Zg==Zg==", "Zm9*"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !fromBase64(text));
        }
    }

    void refusesBase64UrlThatIsNotCanonical() {
        for (const char* text : {"Zg==", "Zh", "Zm9", "A", "Zm9vA", "Zm9v\n", "Zm v", "Zm.v"}) CPPUNIT_ASSERT_MESSAGE(text, !fromBase64Url(text));
    }

    void hashesTheVectorsOfFips180() {
        equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hex(sha256("abc")));
        equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", hex(sha256("")));
        equal("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7", hex(sha384("abc")));
        equal("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
              hex(sha512("abc")));
    }

    void writesHexadecimal() { equal("00017f80ff", hex(std::string_view("\0\1\x7f\x80\xff", 5))); }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EncodingTest);

}  // namespace latchkey
