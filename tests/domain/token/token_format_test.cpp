// SPDX-License-Identifier: Apache-2.0
#include "domain/token/token_format.h"

#include "domain/secret.h"
#include "domain/token/token_digest.h"
#include "kernel/error.h"

#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <set>

namespace latchkey {

class TokenFormatTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenFormatTest);
    CPPUNIT_TEST(knowsTokensOfTheReference);
    CPPUNIT_TEST(padsShortChecksumsOnTheLeft);
    CPPUNIT_TEST(makesTokensThatItKnows);
    CPPUNIT_TEST(makesTheSameTokenOfTheSameBytes);
    CPPUNIT_TEST(asksForEnoughRandomness);
    CPPUNIT_TEST(drawsEvenlyInEveryPlace);
    CPPUNIT_TEST(refusesEveryChangedCharacter);
    CPPUNIT_TEST(refusesWhatIsNoToken);
    CPPUNIT_TEST(knowsTokensOfSynapse);
    CPPUNIT_TEST(keepsDigestsThatNoTokenCanBe);
    CPPUNIT_TEST_SUITE_END();

    static constexpr std::array kKinds{TokenKind::access, TokenKind::refresh, TokenKind::compatAccess, TokenKind::compatRefresh, TokenKind::personalAccess};
    // The checksums were computed with Python's zlib.crc32.
    static constexpr std::array kTokens{"mat_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123_0enAiu", "mar_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123_ngh5D2",
                                        "mct_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123_8QvYg1", "mcr_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123_0L3kEO",
                                        "mpt_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123_xckx44"};
    static std::string counting() {
        std::string bytes;
        for (char c = 0; c < 32; ++c) bytes += c;
        return bytes;
    }

public:
    void knowsTokensOfTheReference() {
        for (std::size_t i = 0; i < kTokens.size(); ++i) CPPUNIT_ASSERT_MESSAGE(kTokens[i], tokenKind(kTokens[i]) == kKinds[i]);
    }

    // Though the least significant digit comes first.
    void padsShortChecksumsOnTheLeft() { CPPUNIT_ASSERT(tokenKind("mat_000000000000000000000000000189_00zDDG") == TokenKind::access); }

    void makesTokensThatItKnows() {
        std::set<std::string> seen;
        for (const TokenKind kind : kKinds) {
            for (int i = 0; i < 200; ++i) {
                const std::string token = newToken(kind);
                CPPUNIT_ASSERT_EQUAL(std::size_t{41}, token.size());
                CPPUNIT_ASSERT_MESSAGE(token, tokenKind(token) == kind);
                CPPUNIT_ASSERT(seen.insert(token).second);
            }
        }
    }

    void makesTheSameTokenOfTheSameBytes() {
        // Python: the bytes 00 … 1f as one number, its last thirty digits to base 62, the last one first.
        CPPUNIT_ASSERT_EQUAL(std::string("mat_flDIBkGwcRKRL9GXCgaFM3UNu2jQTC_jQLI42"), tokenFrom(TokenKind::access, counting()));
        CPPUNIT_ASSERT_EQUAL(tokenFrom(TokenKind::access, counting()), tokenFrom(TokenKind::access, counting() + "more"));
        CPPUNIT_ASSERT(tokenFrom(TokenKind::access, counting()) != tokenFrom(TokenKind::access, std::string(32, '\0')));
        CPPUNIT_ASSERT(tokenFrom(TokenKind::access, counting()).substr(4, 30) == tokenFrom(TokenKind::refresh, counting()).substr(4, 30));
    }

    void asksForEnoughRandomness() { CPPUNIT_ASSERT_THROW(tokenFrom(TokenKind::access, std::string(31, 'x')), Error); }

    // 12,400 draws in each of 30 places: 200 of each character, standard deviation 14; 100 away would be seven of those.
    void drawsEvenlyInEveryPlace() {
        std::array<std::array<int, 256>, 30> seen{};
        for (int i = 0; i < 12'400; ++i) {
            const std::string token = newToken(TokenKind::access);
            for (std::size_t place = 0; place < 30; ++place) ++seen[place][static_cast<unsigned char>(token[4 + place])];
        }
        for (const auto& place : seen) {
            int characters = 0;
            for (const int count : place) {
                if (count == 0) continue;
                ++characters;
                CPPUNIT_ASSERT(count > 100 && count < 300);
            }
            CPPUNIT_ASSERT_EQUAL(62, characters);
        }
    }

    void refusesEveryChangedCharacter() {
        const std::string good = kTokens[0];
        for (std::size_t i = 0; i < good.size(); ++i) {
            for (const char c : {'a', 'B', '7', '_', '-', '\0', '\xff'}) {
                std::string changed = good;
                changed[i] = c;
                CPPUNIT_ASSERT_MESSAGE(changed, changed == good || !tokenKind(changed));
            }
        }
    }

    void refusesWhatIsNoToken() {
        for (const char* text : {"", "mat", "mat_", "mat__", "syt", "mat_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123_0enAi", "mat_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123_0enAiu0",
                                 "MAT_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123_0enAiu", " mat_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123_0enAiu"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !tokenKind(text));
        }
    }

    void knowsTokensOfSynapse() {
        CPPUNIT_ASSERT(tokenKind("syt_YWxpY2U_abc_123") == TokenKind::compatAccess);
        CPPUNIT_ASSERT(tokenKind("syt_") == TokenKind::compatAccess);
        CPPUNIT_ASSERT(tokenKind("syr_anything at all") == TokenKind::compatRefresh);
        // Base64url of "0020location example.org\n0000identifier x".
        const std::string macaroon = "MDAyMGxvY2F0aW9uIGV4YW1wbGUub3JnCjAwMDBpZGVudGlmaWVyIHg";
        CPPUNIT_ASSERT(tokenKind(macaroon) == TokenKind::compatAccess);
        CPPUNIT_ASSERT(tokenKind("MDAyMGxvY2F0aW9uIA") == TokenKind::compatAccess);  // nothing after the word
        for (const std::string& text : {macaroon + "=", macaroon.substr(0, 17), "XX" + macaroon, macaroon.substr(0, 20) + "+", std::string("MDAyMGxvY2F0aW9uIB")}) {
            CPPUNIT_ASSERT_MESSAGE(text, !tokenKind(text));
        }
    }

    void keepsDigestsThatNoTokenCanBe() {
        CPPUNIT_ASSERT_EQUAL(std::string("sha256$ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"), tokenDigest("abc"));
        CPPUNIT_ASSERT(!tokenKind(tokenDigest(kTokens[0])));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TokenFormatTest);

}  // namespace latchkey
