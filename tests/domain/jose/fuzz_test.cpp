// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"
#include "domain/jose/jws.h"
#include "domain/jose/key_set.h"
#include "kernel/error.h"
#include "tests/domain/jose/vectors.h"

#include <cppunit/extensions/HelperMacros.h>

#include <random>

namespace latchkey::jose {

/// Nothing that is sent or configured may bring the parsers down, and nothing that was changed may verify.
class JoseFuzzTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JoseFuzzTest);
    CPPUNIT_TEST(attack30_survivesDamagedJws);
    CPPUNIT_TEST(attack30_survivesDamagedJwks);
    CPPUNIT_TEST(attack30_survivesDamagedPrivateKeys);
    CPPUNIT_TEST_SUITE_END();

    std::mt19937 random_{20260701};
    std::size_t pick(std::size_t below) { return below == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

    std::string mutated(std::string bytes) {
        static const std::string kPieces[] = {"{", "}", "[", "\"", ",", ".", "\\u0000", std::string(1, '\0'), "\xff", "=", "null", "-1e999", "\"crit\":[],", std::string(300, '[')};
        for (std::size_t i = 1 + pick(4); i > 0; --i) {
            const std::size_t at = pick(bytes.size() + 1);
            switch (pick(4)) {
            case 0: if (at < bytes.size()) bytes[at] = static_cast<char>(pick(256)); break;
            case 1: bytes.erase(at, pick(20)); break;
            case 2: bytes.insert(at, kPieces[pick(std::size(kPieces))]); break;
            default: bytes.insert(at, bytes.substr(pick(bytes.size() + 1), pick(40)));
            }
        }
        return bytes;
    }

public:
    void attack30_survivesDamagedJws() {
        const Key key = Key::secret("secret");
        const std::string whole = sign(key.withKid("kid"), Algorithm::hs256, R"({"sub":"x"})", "JWT");
        const std::string header = R"({"alg":"HS256","kid":"kid","typ":"JWT"})";
        int parsed = 0;
        for (int i = 0; i < 20'000; ++i) {
            const std::string text = i % 2 == 0 ? mutated(whole) : base64Url(mutated(header)) + whole.substr(whole.find('.'));
            const auto jws = Jws::parse(text);
            if (!jws) continue;
            ++parsed;
            CPPUNIT_ASSERT_MESSAGE(text, text == whole || !jws->verify(key));
        }
        CPPUNIT_ASSERT(parsed > 100);  // or only the first check of all would have been tried
    }

    void attack30_survivesDamagedJwks() {
        int parsed = 0;
        for (int i = 0; i < 6'000; ++i) {
            const auto& vector = test::kKeys[pick(std::size(test::kKeys))];
            const std::string set = R"({"keys":[)" + mutated(std::string(vector.jwk).insert(1, R"("kid":"k","use":"sig","alg":"RS256",)")) + "]}";
            const auto keys = KeySet::parse(set);
            if (!keys || keys->keys().empty()) continue;
            ++parsed;
            CPPUNIT_ASSERT_MESSAGE(set, KeySet::parse(keys->publicJson()).has_value());
        }
        CPPUNIT_ASSERT(parsed > 50);
    }

    void attack30_survivesDamagedPrivateKeys() {
        const std::string pems[] = {test::kRsaPkcs1, test::kP256Pkcs8, test::kP256Sec1, test::kK1Sec1, test::kEd25519, test::kP256Encrypted, test::kP256OldEncryption};
        int refused = 0;
        for (int i = 0; i < 3'000; ++i) {
            const std::string& pem = pems[pick(std::size(pems))];
            const bool encrypted = pem.find("ENCRYPTED") != std::string::npos;
            try {
                Key::parsePrivate(mutated(pem), encrypted ? std::optional<std::string>("hunter2") : std::nullopt);
            } catch (const Error&) {
                ++refused;
            }
        }
        CPPUNIT_ASSERT(refused > 1'000);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(JoseFuzzTest);

}  // namespace latchkey::jose
