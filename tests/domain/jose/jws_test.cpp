// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/jws.h"

#include "domain/crypto/encoding.h"
#include "domain/jose/key_set.h"
#include "domain/jose/signature.h"
#include "kernel/error.h"
#include "tests/domain/jose/vectors.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::jose {

class JwsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JwsTest);
    CPPUNIT_TEST(verifiesTheExamplesOfRfc7515);
    CPPUNIT_TEST(verifiesTheExampleOfRfc8037);
    CPPUNIT_TEST(verifiesWhatOthersSigned);
    CPPUNIT_TEST(makesTheSameSignatureWhereItIsDetermined);
    CPPUNIT_TEST(verifiesWhatItSigns);
    CPPUNIT_TEST(writesItsHeader);
    CPPUNIT_TEST(refusesToSignWithAKeyThatCannot);
    CPPUNIT_TEST(writesEcdsaSignaturesOfFixedWidth);
    CPPUNIT_TEST(takesTheKeyThatTheKidNames);
    CPPUNIT_TEST(refusesWhatIsNoJws);
    CPPUNIT_TEST(refusesEveryChangedBitOfASignature);
    CPPUNIT_TEST(attack14_refusesHeadersThatChangeTheRules);
    CPPUNIT_TEST(attack14_neverUsesKeysOfTheHeader);
    CPPUNIT_TEST(attack14_refusesAPublicKeyAsSecret);
    CPPUNIT_TEST(attack14_refusesEveryAlgorithmThatIsNotTheKeys);
    CPPUNIT_TEST(attack14_refusesEcdsaSignaturesOfZero);
    CPPUNIT_TEST(attack14_refusesOtherFormsOfEcdsaSignatures);
    CPPUNIT_TEST(attack14_refusesAnotherSaltLength);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* kJoe = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    static void equal(const std::string& expected, const std::string& actual) { CPPUNIT_ASSERT_EQUAL(expected, actual); }
    static bool verifies(const std::string& compact, const Key& key) {
        const auto jws = Jws::parse(compact);
        return jws && jws->verify(key);
    }
    static Key privateKey(const std::string& name) {
        for (const auto& vector : test::kKeys) {
            if (name == vector.name) return Key::parsePrivate(vector.pem);
        }
        throw Error("no key " + name);
    }
    static Key publicKey(const std::string& name) { return Key::parseJwk(privateKey(name).publicJwk()).value(); }
    static std::string unsignedJws(const std::string& header) { return base64Url(header) + "." + base64Url("payload"); }
    // With a signature that is right, so that nothing but the header can be the reason to refuse it.
    static std::string forged(const Key& key, Algorithm algorithm, const std::string& header) {
        const std::string input = unsignedJws(header);
        return input + "." + base64Url(signRaw(key, algorithm, input));
    }

public:
    void verifiesTheExamplesOfRfc7515() {
        const std::string hs = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + std::string(kJoe) + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        const auto secret = fromBase64Url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow").value();
        CPPUNIT_ASSERT(verifies(hs, Key::secret(secret)));
        CPPUNIT_ASSERT(!verifies(hs, Key::secret(secret + "x")));
        equal("JWT", Jws::parse(hs)->type);
        equal("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}", Jws::parse(hs)->payload);

        const Key rsa = Key::parseJwk(R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-)"
                                      R"(yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo)"
                                      R"(7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk)"
                                      R"(2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})").value();
        CPPUNIT_ASSERT(verifies("eyJhbGciOiJSUzI1NiJ9." + std::string(kJoe) +
                                ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYN"
                                "X4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
                                "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
                                rsa));

        const Key p256 = Key::parseJwk(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})").value();
        CPPUNIT_ASSERT(verifies("eyJhbGciOiJFUzI1NiJ9." + std::string(kJoe) + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q", p256));

        const Key p521 = Key::parseJwk(R"({"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",)"
                                       R"("y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"})").value();
        CPPUNIT_ASSERT(verifies("eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSw"
                                "FKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
                                p521));
    }

    void verifiesTheExampleOfRfc8037() {
        const Key key = Key::parseJwk(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})").value();
        const std::string jws = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7s"
                                "VvpAr_MuM0KAg";
        CPPUNIT_ASSERT(verifies(jws, key));
        equal("Example of Ed25519 signing", Jws::parse(jws)->payload);
    }

    void verifiesWhatOthersSigned() {
        for (const auto& vector : test::kSignatures) CPPUNIT_ASSERT_MESSAGE(vector.algorithm, verifies(vector.jws, publicKey(vector.key)));
    }

    void makesTheSameSignatureWhereItIsDetermined() {
        for (const auto& vector : test::kSignatures) {
            const std::string algorithm = vector.algorithm;
            if (algorithm.substr(0, 2) != "RS" && algorithm != "EdDSA") continue;
            const std::string made = sign(privateKey(vector.key).withKid(""), parseAlgorithm(algorithm).value(), Jws::parse(vector.jws)->payload);
            equal(vector.jws, made);
        }
    }

    void verifiesWhatItSigns() {
        for (const auto& vector : test::kKeys) {
            const Key key = privateKey(vector.name);
            for (const Algorithm algorithm : key.algorithms()) {
                for (const std::string& payload : {std::string(), std::string("{\"a\":1}"), std::string(30'000, 'x'), std::string("\0\xff", 2)}) {
                    const auto jws = Jws::parse(sign(key, algorithm, payload));
                    CPPUNIT_ASSERT_MESSAGE(std::string(algorithmName(algorithm)), jws && jws->verify(publicKey(vector.name)));
                    equal(payload, jws->payload);
                }
            }
        }
        for (const Algorithm algorithm : {Algorithm::hs256, Algorithm::hs384, Algorithm::hs512}) {
            CPPUNIT_ASSERT(verifies(sign(Key::secret("s3cret"), algorithm, "x"), Key::secret("s3cret")));
            CPPUNIT_ASSERT(!verifies(sign(Key::secret("s3cret"), algorithm, "x"), Key::secret("s3cres")));
        }
    }

    void writesItsHeader() {
        const auto header = [](const std::string& jws) { return fromBase64Url(jws.substr(0, jws.find('.'))).value(); };
        const Key key = privateKey("ed");
        equal(R"({"alg":"EdDSA","kid":")" + key.kid() + "\"}", header(sign(key, Algorithm::edDsa, "x")));
        equal(R"({"alg":"EdDSA","kid":"a\"b","typ":"JWT"})", header(sign(key.withKid("a\"b"), Algorithm::edDsa, "x", "JWT")));
        equal(R"({"alg":"HS256"})", header(sign(Key::secret("x"), Algorithm::hs256, "x")));
        const auto read = Jws::parse(sign(key.withKid("a\"b"), Algorithm::edDsa, "x", "at+jwt"));
        equal("a\"b", read->kid);
        equal("at+jwt", read->type);
    }

    void refusesToSignWithAKeyThatCannot() {
        CPPUNIT_ASSERT_THROW(sign(publicKey("p256"), Algorithm::es256, "x"), Error);
        CPPUNIT_ASSERT_THROW(sign(privateKey("p256"), Algorithm::es384, "x"), Error);
        CPPUNIT_ASSERT_THROW(sign(privateKey("rsa"), Algorithm::hs256, "x"), Error);
        CPPUNIT_ASSERT_THROW(sign(Key::secret(""), Algorithm::hs256, "x"), Error);
    }

    // One signature in 128 has a half that begins with a zero byte.
    void writesEcdsaSignaturesOfFixedWidth() {
        const std::pair<const char*, std::size_t> widths[] = {{"p256", 64}, {"p384", 96}, {"p521", 132}, {"k1", 64}};
        for (const auto& [name, width] : widths) {
            const Key key = privateKey(name);
            for (int i = 0; i < 300; ++i) CPPUNIT_ASSERT_EQUAL(width, Jws::parse(sign(key, key.algorithms()[0], std::to_string(i)))->signature.size());
        }
    }

    void takesTheKeyThatTheKidNames() {
        const Key key = privateKey("p256");
        const auto jws = Jws::parse(sign(key.withKid("one"), Algorithm::es256, "x"));
        CPPUNIT_ASSERT(jws->verify({publicKey("rsa"), publicKey("p256").withKid("one")}));
        CPPUNIT_ASSERT(!jws->verify({publicKey("rsa"), publicKey("p256").withKid("two")}));
        CPPUNIT_ASSERT(jws->verify({publicKey("p256").withKid("")}));
        CPPUNIT_ASSERT(jws->verify(publicKey("p256").withKid("two")));
        CPPUNIT_ASSERT(!jws->verify(std::vector<Key>{}));
        CPPUNIT_ASSERT(Jws::parse(sign(key.withKid(""), Algorithm::es256, "x"))->verify({publicKey("rsa"), publicKey("p256").withKid("any")}));
    }

    void refusesWhatIsNoJws() {
        const std::string good = sign(Key::secret("x"), Algorithm::hs256, "payload");
        const std::string seal = good.substr(good.rfind('.'));
        for (const std::string& text :
             {std::string(), std::string("."), std::string(".."), std::string("..."), std::string("a.b"), good + ".", "." + good, good + "=", good + "\n", " " + good,
              good.substr(0, good.rfind('.') + 1), good + "." + "AAAA", unsignedJws("") + seal, unsignedJws("[]") + seal, unsignedJws("\"HS256\"") + seal,
              unsignedJws(R"({"alg":"HS256"}{})") + seal, unsignedJws(R"({"alg":"HS256"} x)") + seal, unsignedJws(R"({"alg":"HS256")") + seal, unsignedJws("{}") + seal,
              unsignedJws(R"({"alg":["HS256"]})") + seal, unsignedJws(R"({"alg":null})") + seal, unsignedJws(R"({"alg":"HS256","kid":5})") + seal,
              unsignedJws(R"({"alg":"HS256","typ":null})") + seal, unsignedJws(std::string(5000, '[')) + seal,
              unsignedJws(R"({"alg":"HS256","x":)" + std::string(20, '[') + std::string(20, ']') + "}") + seal}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Jws::parse(text));
        }
        CPPUNIT_ASSERT(Jws::parse(sign(Key::secret("x"), Algorithm::hs256, std::string(48'000, 'x'))));
        CPPUNIT_ASSERT(!Jws::parse(sign(Key::secret("x"), Algorithm::hs256, std::string(50'000, 'x'))));
    }

    void refusesEveryChangedBitOfASignature() {
        for (const char* name : {"p256", "ed", "rsa"}) {
            const Key key = privateKey(name);
            auto jws = Jws::parse(sign(key, key.algorithms().back(), "payload")).value();
            for (std::size_t i = 0; i < jws.signature.size() * 8; i += 7) {
                const auto bit = static_cast<char>(1 << (i % 8));
                jws.signature[i / 8] ^= bit;
                CPPUNIT_ASSERT_MESSAGE(name, !jws.verify(key));
                jws.signature[i / 8] ^= bit;
            }
            CPPUNIT_ASSERT(jws.verify(key));
            jws.signingInput += 'x';
            CPPUNIT_ASSERT(!jws.verify(key));
        }
    }

    void attack14_refusesHeadersThatChangeTheRules() {
        const Key key = Key::secret("x");
        CPPUNIT_ASSERT(verifies(forged(key, Algorithm::hs256, R"({"alg":"HS256"})"), key));
        for (const char* header : {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"NONE"})", R"({"alg":""})", R"({"typ":"JWT"})",
                                   R"({"alg":"HS256","crit":["exp"]})", R"({"alg":"HS256","crit":[]})", R"({"alg":"HS256","crit":["b64"],"b64":false})",
                                   R"({"alg":"HS256","b64":false})", R"({"alg":"HS256","b64":true})"}) {
            const std::string input = unsignedJws(header);
            CPPUNIT_ASSERT_MESSAGE(header, !Jws::parse(forged(key, Algorithm::hs256, header)));
            CPPUNIT_ASSERT_MESSAGE(header, !Jws::parse(input + "."));
            CPPUNIT_ASSERT_MESSAGE(header, !Jws::parse(input));
        }
    }

    void attack14_neverUsesKeysOfTheHeader() {
        const Key attacker = privateKey("p256");
        const std::string jwk = attacker.publicJwk();
        const Key other = Key::parsePrivate(test::kWithParameters).withKid("");  // of the same curve
        for (const std::string& members : {"\"jwk\":" + jwk, std::string(R"("jku":"https://evil.example/keys")"), std::string(R"("x5u":"https://evil.example/c")"),
                                           std::string(R"("x5c":["MIIB"])"), std::string(R"("kid":"../../dev/null")")}) {
            const std::string header = R"({"alg":"ES256",)" + members + "}";
            const auto jws = Jws::parse(forged(attacker, Algorithm::es256, header)).value();
            CPPUNIT_ASSERT_MESSAGE(header, !jws.verify({publicKey("rsa"), publicKey("ed"), publicKey("p384"), other}));
            CPPUNIT_ASSERT_MESSAGE(header, jws.verify(attacker));
        }
    }

    void attack14_refusesAPublicKeyAsSecret() {
        const Key rsa = publicKey("rsa");
        for (const std::string& known : {rsa.publicJwk(), std::string(test::kPublic), std::string(test::kKeys[0].jwk)}) {
            for (const Algorithm algorithm : {Algorithm::hs256, Algorithm::hs384, Algorithm::hs512}) {
                CPPUNIT_ASSERT(!verifies(sign(Key::secret(known), algorithm, "payload"), rsa));
                CPPUNIT_ASSERT(!Jws::parse(sign(Key::secret(known), algorithm, "payload"))->verify({rsa, publicKey("p256")}));
            }
        }
    }

    void attack14_refusesEveryAlgorithmThatIsNotTheKeys() {
        for (const auto& vector : test::kSignatures) {
            for (const auto& other : test::kSignatures) {
                if (&vector == &other) continue;
                auto jws = Jws::parse(vector.jws).value();
                jws.algorithm = parseAlgorithm(other.algorithm).value();
                CPPUNIT_ASSERT_MESSAGE(std::string(vector.algorithm) + " as " + other.algorithm, !jws.verify(publicKey(vector.key)));
                CPPUNIT_ASSERT_MESSAGE(std::string(vector.algorithm) + " as " + other.algorithm, !jws.verify(publicKey(other.key)));
            }
        }
        const std::string jwk = publicKey("rsa").publicJwk();
        const Key onlyPs = Key::parseJwk(jwk.substr(0, jwk.size() - 1) + R"(,"alg":"PS256"})").value();
        CPPUNIT_ASSERT(verifies(sign(privateKey("rsa"), Algorithm::ps256, "x"), onlyPs));
        CPPUNIT_ASSERT(!verifies(sign(privateKey("rsa"), Algorithm::rs256, "x"), onlyPs));
    }

    void attack14_refusesEcdsaSignaturesOfZero() {
        const std::pair<const char*, std::size_t> halves[] = {{"p256", 32}, {"p384", 48}, {"p521", 66}, {"k1", 32}};
        for (const auto& [name, half] : halves) {
            const Key key = privateKey(name);
            auto jws = Jws::parse(sign(key, key.algorithms()[0], "payload")).value();
            const std::string good = jws.signature;
            const std::string zero(half, '\0');
            for (const std::string& signature : {zero + zero, zero + good.substr(half), good.substr(0, half) + zero}) {
                jws.signature = signature;
                CPPUNIT_ASSERT_MESSAGE(name, !jws.verify(key));
            }
        }
    }

    void attack14_refusesOtherFormsOfEcdsaSignatures() {
        const Key key = privateKey("p256");
        auto jws = Jws::parse(sign(key, Algorithm::es256, "payload")).value();
        const std::string good = jws.signature;
        const std::string zero(1, '\0');
        const std::string greatest(32, '\xff');
        for (const std::string& signature : {zero + good, good + zero, zero + good.substr(0, 32) + zero + good.substr(32), good.substr(0, 63), std::string(),
                                             greatest + good.substr(32), good.substr(0, 32) + greatest, "\x30\x44\x02\x20" + good.substr(0, 32) + "\x02\x20" + good.substr(32)}) {
            jws.signature = signature;
            CPPUNIT_ASSERT(!jws.verify(key));
        }
    }

    // RFC 7518 §3.5 has one length only. The signature was made with Python, with an empty salt.
    void attack14_refusesAnotherSaltLength() { CPPUNIT_ASSERT(!verifies(test::kEmptySalt, publicKey("rsa"))); }
};
CPPUNIT_TEST_SUITE_REGISTRATION(JwsTest);

}  // namespace latchkey::jose
