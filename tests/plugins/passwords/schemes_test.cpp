// SPDX-License-Identifier: Apache-2.0
#include "domain/secret.h"
#include "plugins/passwords/complexity.h"
#include "plugins/passwords/normalize.h"
#include "plugins/passwords/phc.h"
#include "tests/plugins/passwords/support.h"

namespace latchkey::passwords {

namespace {

using Verdict = PasswordHasher::Verdict;
using test::scheme;

constexpr const char* kPassword = "correct horse battery staple";
constexpr const char* kLigature = "\xEF\xAC\x81" "ance\xCC\x81 \xE2\x85\xA7";  // ﬁance + U+0301, Ⅷ: in NFKC "fiancé VIII"
const std::string kDigits70 = "0123456789012345678901234567890123456789012345678901234567890123456789";

// Made with argon2-cffi 25 (its binding of libargon2's argon2_ctx), Python's bcrypt 5 and hashlib.pbkdf2_hmac.
struct Vector {
    const char* name;
    Algorithm algorithm;
    bool normalize;
    std::optional<std::string> pepper;
    std::string password;
    const char* hash;
};

const std::vector<Vector>& vectors() {
    using enum Algorithm;
    const std::string binaryPepper("pepper\0\xFF", 8);
    static const std::vector<Vector> all = {
        {"argon2id", argon2id, false, {}, kPassword, "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlIHNsdA$k81ovk8fkH1PorA/36zCkEKia28tQyMQYijfaS5RQy4"},
        {"argon2id with a pepper", argon2id, false, binaryPepper, kPassword, "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlIHNsdA$hQwbMLPsN6tCbHE7RQzHJ/Gf1flWUANlEAEWQrZBHJE"},
        {"argon2id, four lanes, 24 bytes", argon2id, false, {}, kPassword, "$argon2id$v=19$m=4096,t=3,p=4$c2FsdHNhbHQ$CqBzUrQQjr45Xo75iFpWb9p1AVjdJFlB"},
        {"argon2id, normalised", argon2id, true, {}, kLigature, "$argon2id$v=19$m=8,t=2,p=1$c2l4dGVlbiBieXRlIHNsdA$+NnpUisKD3LAUmE9rk/uTH4XeAvaYNV/Xh7FN8Nt+gg"},
        {"argon2id, not normalised", argon2id, false, {}, kLigature, "$argon2id$v=19$m=8,t=2,p=1$c2l4dGVlbiBieXRlIHNsdA$M+R48oCkR1pB/tjA7i4AWe4g34thKBPUJw/1NQQxafk"},
        {"argon2i", argon2id, false, {}, kPassword, "$argon2i$v=19$m=64,t=2,p=1$c2l4dGVlbiBieXRlIHNsdA$LDRR0LU9m5moXoM+zR1rXBjt1PD1CFkvcLPaYuRROTA"},
        {"argon2id of version 1.0", argon2id, false, {}, kPassword, "$argon2id$v=16$m=64,t=2,p=1$c2l4dGVlbiBieXRlIHNsdA$ZVlXpEpwMIqM1XkWGsIYd7A34Uni/yVvdIlielabe28"},
        {"bcrypt 2b", bcrypt, false, {}, kPassword, "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG"},
        {"bcrypt 2y", bcrypt, false, {}, kPassword, "$2y$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG"},
        {"bcrypt 2a", bcrypt, false, {}, kPassword, "$2a$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG"},
        {"bcrypt 2x", bcrypt, false, {}, kPassword, "$2x$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG"},
        {"bcrypt, salt with stray bits", bcrypt, false, {}, kPassword, "$2b$04$abcdefghijklmnopqrstuv7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG"},
        {"bcrypt with a pepper", bcrypt, false, "pepper", kPassword, "$2b$04$abcdefghijklmnopqrstuu/hrY5pcXoUTiY6d/iLnKUwN9E2s0T8e"},
        {"bcrypt, 80 characters", bcrypt, false, {}, kDigits70 + "0123456789", "$2b$04$abcdefghijklmnopqrstuum2G75IXDN/xsgbNa/hCiPSKyIHQd70S"},
        {"bcrypt, the same with a pepper that is cut off", bcrypt, false, "pepper", kDigits70 + "0123456789", "$2b$04$abcdefghijklmnopqrstuum2G75IXDN/xsgbNa/hCiPSKyIHQd70S"},
        {"bcrypt, two bytes of the pepper count", bcrypt, false, "pepper", kDigits70, "$2b$04$abcdefghijklmnopqrstuudzCeBaeEjazBEf3EbTDCdVkDQGOsWzy"},
        {"bcrypt, normalised", bcrypt, true, {}, kLigature, "$2b$04$abcdefghijklmnopqrstuubhVU69d1O/6a0Cd6DcbCp8YPgvjMnj."},
        {"bcrypt 2a, eight-bit characters", bcrypt, false, {}, kLigature, "$2a$04$abcdefghijklmnopqrstuuAZNzpOuqpqwpPzoaKa/Yhyap28yjU2C"},
        {"pbkdf2", pbkdf2, false, {}, kPassword, "$pbkdf2-sha256$i=600000,l=32$c2l4dGVlbiBieXRlIHNsdA$143DdGWKVdoNnGbFGSEJfLXV74F8/nK9Gco71NVpRwM"},
        {"pbkdf2 with a pepper", pbkdf2, false, "pepper", kPassword, "$pbkdf2-sha256$i=1000,l=32$c2l4dGVlbiBieXRlIHNsdA$ILMGDu/WlTECMJJvrC+Wad3gny4uiNF2XWL2TGievNY"},
        {"pbkdf2, normalised", pbkdf2, true, {}, kLigature, "$pbkdf2-sha256$i=1000,l=32$c2l4dGVlbiBieXRlIHNsdA$cAcS3MKvEoIMlKBStxrZpr0aNSQ0dINXGpz1NStWwpk"},
    };
    return all;
}

}  // namespace

class PasswordSchemesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PasswordSchemesTest);
    CPPUNIT_TEST(verifiesHashesThatOtherToolsMade);
    CPPUNIT_TEST(makesHashesInTheReferencesForms);
    CPPUNIT_TEST(refusesHashesThatItCannotReadOrThatCostTooMuch);
    CPPUNIT_TEST(readsAndWritesPhcStrings);
    CPPUNIT_TEST(normalizes);
    CPPUNIT_TEST(scoresAsZxcvbn);
    CPPUNIT_TEST_SUITE_END();

    static Verdict check(const Vector& vector, const std::string& password) {
        SchemeHasher hasher(test::with({scheme(1, vector.algorithm, vector.normalize, vector.pepper)}));
        return hasher.verify(password, vector.hash, 1).verdict;
    }

    void verifiesHashesThatOtherToolsMade() {
        for (const Vector& vector : vectors()) {
            CPPUNIT_ASSERT_MESSAGE(vector.name, check(vector, vector.password) == Verdict::match);
            std::string other = vector.password;
            other[3] ^= 1;
            CPPUNIT_ASSERT_MESSAGE(vector.name, check(vector, other) == Verdict::mismatch);
        }
    }

    void makesHashesInTheReferencesForms() {
        const std::pair<Algorithm, std::string> forms[] = {{Algorithm::argon2id, "$argon2id$v=19$m=19456,t=2,p=1$"}, {Algorithm::bcrypt, "$2b$04$"}, {Algorithm::pbkdf2, "$pbkdf2-sha256$i=600000,l=32$"}};
        for (const auto& [algorithm, begin] : forms) {
            SchemeHasher hasher(test::with({scheme(7, algorithm, true, "pepper")}));
            const auto made = hasher.hash(kLigature);
            CPPUNIT_ASSERT_EQUAL(7, made.version);
            CPPUNIT_ASSERT_EQUAL(begin, made.text.substr(0, begin.size()));
            CPPUNIT_ASSERT(made.text != hasher.hash(kLigature).text);
            const auto checked = hasher.verify("fianc\xC3\xA9 VIII", made.text, 7);
            CPPUNIT_ASSERT(checked.verdict == Verdict::match);
            CPPUNIT_ASSERT(!checked.upgraded);
            SchemeHasher otherPepper(test::with({scheme(7, algorithm, true, "paprika")}));
            CPPUNIT_ASSERT(otherPepper.verify(kLigature, made.text, 7).verdict == Verdict::mismatch);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(32), Phc::parse(makeArgon2("")->decoy())->hash.size());
    }

    void refusesHashesThatItCannotReadOrThatCostTooMuch() {
        const std::pair<Algorithm, std::vector<std::string>> bad[] = {
            {Algorithm::argon2id, {"", "x", "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlIHNsdA", "$argon2id$v=19$m=4294967295,t=2,p=1$c2FsdHNhbHQ$CqBzUrQQjr45Xo75iFpWb9p1AVjdJFlB",
                                   "$argon2id$v=19$m=1048576,t=1000,p=1$c2FsdHNhbHQ$CqBzUrQQjr45Xo75iFpWb9p1AVjdJFlB", "$argon2id$v=19$m=64,t=2$c2FsdHNhbHQ$CqBzUrQQjr45Xo75iFpWb9p1AVjdJFlB",
                                   "$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$CqBzUrQQjr45Xo75iFpWb9p1AVjdJFlB", "$argon2id$v=20$m=64,t=1,p=1$c2FsdHNhbHQ$CqBzUrQQjr45Xo75iFpWb9p1AVjdJFlB",
                                   "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$", "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG"}},
            {Algorithm::bcrypt, {"", "$2b$31$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG", "$2b$03$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
                                 "$2c$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG", "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7", "$6$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CGx",
                                 "$2b$04$abc:efghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG"}},
            {Algorithm::pbkdf2, {"", "$pbkdf2-sha256$i=4000000000,l=32$c2FsdHNhbHQ$ILMGDu/WlTECMJJvrC+Wad3gny4uiNF2XWL2TGievNY", "$pbkdf2-sha256$i=0,l=32$c2FsdHNhbHQ$ILMGDu/WlTECMJJvrC+Wad3gny4uiNF2XWL2TGievNY",
                                 "$pbkdf2-md5$i=1,l=32$c2FsdHNhbHQ$ILMGDu/WlTECMJJvrC+Wad3gny4uiNF2XWL2TGievNY", "$pbkdf2-sha256$i=1,l=16$c2FsdHNhbHQ$ILMGDu/WlTECMJJvrC+Wad3gny4uiNF2XWL2TGievNY"}},
        };
        for (const auto& [algorithm, hashes] : bad) {
            SchemeHasher hasher(test::with({scheme(1, algorithm)}));
            for (const std::string& hash : hashes) CPPUNIT_ASSERT_THROW_MESSAGE(hash, hasher.verify(kPassword, hash, 1), Error);
        }
    }

    void readsAndWritesPhcStrings() {
        const char* text = "$argon2id$v=19$m=4096,t=3,p=4$c2FsdHNhbHQ$CqBzUrQQjr45Xo75iFpWb9p1AVjdJFlB";
        CPPUNIT_ASSERT_EQUAL(std::string(text), Phc::parse(text)->text());
        CPPUNIT_ASSERT_EQUAL(std::string("saltsalt"), Phc::parse(text)->salt);
        for (std::size_t length = 1; length <= 20; ++length) {
            const Phc phc{"x", std::nullopt, {}, randomBytes(length), randomBytes(length)};
            const auto back = Phc::parse(phc.text());
            CPPUNIT_ASSERT(back && back->salt == phc.salt && back->hash == phc.hash);
        }
        for (const char* bad : {"argon2id$a$b", "$x$abcde$YQ", "$x$YQ==$YQ", "$x$m=1,m=2$YQ$YQ", "$x$m=$YQ$YQ", "$x$m$YQ$YQ", "$x$v=$m=1$YQ$YQ", "$x$m=99999999999$YQ$YQ", "$x$a b$YQ", "$x$a=1$b=1$c=1$YQ$YQ"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !Phc::parse(bad));
        }
    }

    void normalizes() {
        CPPUNIT_ASSERT_EQUAL(std::string("fianc\xC3\xA9 VIII"), nfkc(kLigature).text);
        CPPUNIT_ASSERT_EQUAL(std::string("plain"), nfkc("plain").text);
        CPPUNIT_ASSERT_EQUAL(std::string("a\0b", 3), nfkc(std::string_view("a\0b", 3)).text);
        CPPUNIT_ASSERT_EQUAL(std::string("\xFF\xEF\xAC\x81"), nfkc("\xFF\xEF\xAC\x81").text);  // no UTF-8
        std::string longest;
        for (int i = 0; i < 1365; ++i) longest += "\xEF\xB7\xBA";  // U+FDFA becomes 18 characters, 33 bytes
        CPPUNIT_ASSERT_EQUAL(std::size_t(1365 * 33), nfkc(longest).text.size());
    }

    // The scores are those of the Python port of zxcvbn 4.5.
    void scoresAsZxcvbn() {
        const std::pair<const char*, int> scores[] = {{"", 0}, {"password", 0}, {"P@ssw0rd", 0}, {"zxcvbn", 0}, {"correcthorsebatterystaple", 4}, {"correct horse battery staple", 4}, {"rWibMFACxAUGZmxhVncy", 4},
                                                      {"Ba9ZyWABu99[BK#6MBgbH88Tofv)vs$w", 4}, {"aaaaaaaaaaaaaaaaaaaa", 0}, {"kx7Qp", 1}, {"hunter2", 1}, {"qwerty123", 0}, {"abcdefghijk987654321", 1},
                                                      {"gr\xC3\xBCn-klavier-zw\xC3\xB6lf", 4}, {"coRrecth0rseba++ery9.23.2007staple$", 4}};
        for (const auto& [password, score] : scores) CPPUNIT_ASSERT_EQUAL_MESSAGE(password, score, complexity(password));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PasswordSchemesTest);

}  // namespace latchkey::passwords
