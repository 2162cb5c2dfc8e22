// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encrypter.h"

#include "domain/crypto/encoding.h"
#include "kernel/error.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey {

class EncrypterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EncrypterTest);
    CPPUNIT_TEST(readsColumnsOfTheReference);
    CPPUNIT_TEST(readsCookiesOfTheReference);
    CPPUNIT_TEST(readsWhatItWrites);
    CPPUNIT_TEST(neverWritesTheSameTwice);
    CPPUNIT_TEST(refusesEveryChangedByte);
    CPPUNIT_TEST(refusesWhatIsTooShortOrNoBase64);
    CPPUNIT_TEST(refusesACookieUnderAnotherName);
    CPPUNIT_TEST(refusesWhatAnotherKeyMade);
    CPPUNIT_TEST(keepsColumnsAndCookiesApart);
    CPPUNIT_TEST(derivesByPurposeInputAndKey);
    CPPUNIT_TEST(takesKeysOf64HexadecimalDigitsOnly);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* kKey = "00112233445566778899aabbccddeeff0123456789ABCDEF0f1e2d3c4b5a6978";
    // Made with Python: cryptography's ChaCha20Poly1305, AESGCM and HKDFExpand, nonce 00 01 … 0b.
    static constexpr const char* kColumn = "AAECAwQFBgcICQoLzPK64b6h6pSm3bbcZUao40bci2flNJoTwA/i/V7RJn3f4Wr3Cg==";
    static constexpr const char* kEmptyColumn = "AAECAwQFBgcICQoLPoET00CMi3mnQ6g6tHn1dw==";
    static constexpr const char* kCookie = "AAECAwQFBgcICQoL5GAIVGxfLtZfZoAb2m6pdrVw6lXTvpdcmTqHQuTs/teg126TxAkvtyM+XBR73D8wmf37mwNFx1U=";

    const Encrypter encrypter_{kKey};
    static void equal(const std::string& expected, const std::string& actual) { CPPUNIT_ASSERT_EQUAL(expected, actual); }

public:
    void readsColumnsOfTheReference() {
        equal("correct horse battery", encrypter_.decrypt(kColumn).value());
        equal("", encrypter_.decrypt(kEmptyColumn).value());
    }

    void readsCookiesOfTheReference() {
        equal(R"({"current":"01HZX3W5V0JM0T3GQ2J3C4K5M6"})", encrypter_.openCookie("session", kCookie).value());
    }

    void readsWhatItWrites() {
        for (const std::string& plain : {std::string(), std::string("x"), std::string(5000, 'y'), std::string("a\0b", 3)}) {
            equal(plain, encrypter_.decrypt(encrypter_.encrypt(plain)).value());
            equal(plain, encrypter_.openCookie("csrf", encrypter_.sealCookie("csrf", plain)).value());
            CPPUNIT_ASSERT_EQUAL(plain.size() + 28, fromBase64(encrypter_.encrypt(plain))->size());
        }
    }

    void neverWritesTheSameTwice() {
        CPPUNIT_ASSERT(encrypter_.encrypt("x") != encrypter_.encrypt("x"));
        CPPUNIT_ASSERT(encrypter_.sealCookie("a", "x") != encrypter_.sealCookie("a", "x"));
    }

    void refusesEveryChangedByte() {
        const std::string bytes = fromBase64(kColumn).value();
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            std::string changed = bytes;
            changed[i] = static_cast<char>(changed[i] ^ 1);
            CPPUNIT_ASSERT(!encrypter_.decrypt(base64(changed)));
        }
    }

    void refusesWhatIsTooShortOrNoBase64() {
        for (const char* text : {"", "AAAA", "*", "AAECAwQFBgcICQoLPoET00CMi3mnQ6g6tHn1dw", "AAECAwQFBgcICQoLPoET00CMi3mnQ6g6tHn1"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !encrypter_.decrypt(text));
            CPPUNIT_ASSERT_MESSAGE(text, !encrypter_.openCookie("session", text));
        }
    }

    void refusesACookieUnderAnotherName() { CPPUNIT_ASSERT(!encrypter_.openCookie("csrf", kCookie)); }

    void refusesWhatAnotherKeyMade() {
        const Encrypter other(std::string(64, '7'));
        CPPUNIT_ASSERT(!other.decrypt(kColumn));
        CPPUNIT_ASSERT(!other.openCookie("session", kCookie));
    }

    void keepsColumnsAndCookiesApart() {
        CPPUNIT_ASSERT(!encrypter_.decrypt(kCookie));
        CPPUNIT_ASSERT(!encrypter_.openCookie("", kColumn));
    }

    void derivesByPurposeInputAndKey() {
        // Python: HMAC-SHA256 with HKDFExpand("LATCHKEY;DERIVE:HMAC-SHA256") over "4:csrf" "input".
        equal("0ef4fe55fd152d6d41f6ce1c62e9e6fa94790d0f581c2f45cafe3bf904cb3f3d", hex(encrypter_.derive("csrf", "input")));
        CPPUNIT_ASSERT(encrypter_.derive("a", "bc") != encrypter_.derive("ab", "c"));
        CPPUNIT_ASSERT(encrypter_.derive("a", "b") != Encrypter(std::string(64, '7')).derive("a", "b"));
    }

    void takesKeysOf64HexadecimalDigitsOnly() {
        const std::string good(64, 'a');
        for (const std::string& key : std::vector<std::string>{"", good.substr(1), good + "a", good + "\n", good.substr(1) + "g", good.substr(1) + "\n", " " + good.substr(1)}) {
            try {
                const Encrypter made(key);
                CPPUNIT_FAIL("took " + std::to_string(key.size()) + " characters");
            } catch (const Error& error) {
                CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).find("64 hexadecimal digits") != std::string::npos);
                CPPUNIT_ASSERT(key.empty() || std::string(error.what()).find(key) == std::string::npos);
            }
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EncrypterTest);

}  // namespace latchkey
