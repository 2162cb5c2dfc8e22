// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/key.h"

#include "domain/crypto/encoding.h"
#include "domain/jose/key_set.h"
#include "kernel/error.h"
#include "tests/domain/jose/vectors.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::jose {

class KeyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyTest);
    CPPUNIT_TEST(readsEveryFormInPemAndDer);
    CPPUNIT_TEST(readsEncryptedKeys);
    CPPUNIT_TEST(refusesAWrongMissingOrNeedlessPassword);
    CPPUNIT_TEST(saysWhatIsWrongWithAKey);
    CPPUNIT_TEST(refusesTruncatedKeys);
    CPPUNIT_TEST(refusesAKeyWhosePartsDoNotBelongTogether);
    CPPUNIT_TEST(writesPublicJwks);
    CPPUNIT_TEST(makesTheThumbprintsOfTheRfcs);
    CPPUNIT_TEST(readsJwks);
    CPPUNIT_TEST(refusesJwksThatAreNone);
    CPPUNIT_TEST(refusesPrivateAndSecretJwks);
    CPPUNIT_TEST(refusesPointsThatAreNotOnTheCurve);
    CPPUNIT_TEST(obeysWhatAJwkIsMeantFor);
    CPPUNIT_TEST(tellsWhatAKeyCanDo);
    CPPUNIT_TEST(knowsAlgorithmsByTheirExactNames);
    CPPUNIT_TEST(halvesTheHashOfTheAlgorithm);
    CPPUNIT_TEST_SUITE_END();

    static void equal(const std::string& expected, const std::string& actual) { CPPUNIT_ASSERT_EQUAL(expected, actual); }

    static std::string der(const std::string& pem) {
        std::string body;
        for (std::size_t at = pem.find('\n') + 1; pem[at] != '-'; ++at) {
            if (pem[at] != '\n') body += pem[at];
        }
        return fromBase64(body).value();
    }

    static std::string refusal(const std::string& text, const std::optional<std::string>& password = std::nullopt) {
        try {
            Key::parsePrivate(text, password);
        } catch (const Error& error) {
            return error.what();
        }
        return "was not refused";
    }
    static void refused(const char* why, const std::string& text, const std::optional<std::string>& password = std::nullopt) {
        const std::string said = refusal(text, password);
        CPPUNIT_ASSERT_MESSAGE("`" + said + "` does not say `" + why + "`", said.find(why) != std::string::npos);
    }
    static std::string with(const std::string& jwk, const std::string& members) { return jwk.substr(0, jwk.size() - 1) + "," + members + "}"; }

public:
    void readsEveryFormInPemAndDer() {
        const std::vector<std::vector<const char*>> sameKeys = {{test::kRsaPkcs8, test::kRsaPkcs1},   {test::kP256Pkcs8, test::kP256Sec1},
                                                                {test::kP384Pkcs8, test::kP384Sec1}, {test::kP521Pkcs8, test::kP521Sec1},
                                                                {test::kK1Pkcs8, test::kK1Sec1},     {test::kEd25519}};
        for (std::size_t i = 0; i < sameKeys.size(); ++i) {
            for (const char* pem : sameKeys[i]) {
                equal(test::kKeys[i].thumbprint, Key::parsePrivate(pem).kid());
                equal(test::kKeys[i].thumbprint, Key::parsePrivate(der(pem)).kid());
                CPPUNIT_ASSERT(Key::parsePrivate(pem).isPrivate());
            }
        }
        equal(test::kKeys[1].thumbprint, Key::parsePrivate(std::string("a remark\n\n") + test::kP256Sec1 + "\n\n").kid());
        CPPUNIT_ASSERT(Key::parsePrivate(test::kWithParameters).type() == Key::Type::p256);
    }

    void readsEncryptedKeys() {
        for (const std::string& text : {std::string(test::kP256Encrypted), std::string(test::kP256OldEncryption), der(test::kP256Encrypted)}) {
            equal(test::kKeys[1].thumbprint, Key::parsePrivate(text, "hunter2").kid());
        }
    }

    void refusesAWrongMissingOrNeedlessPassword() {
        for (const std::string& text : {std::string(test::kP256Encrypted), std::string(test::kP256OldEncryption), der(test::kP256Encrypted)}) {
            refused("no password is given", text);
            refused("password is wrong", text, "hunter3");
            refused("password is wrong", text, "");
        }
        for (const std::string& text : {std::string(test::kP256Pkcs8), std::string(test::kP256Sec1), std::string(test::kRsaPkcs1), der(test::kP256Sec1)}) {
            refused("not encrypted, but a password is given", text, "hunter2");
        }
    }

    void saysWhatIsWrongWithAKey() {
        refused("1024 bits: 2048 are the least", test::kWeakRsa);
        refused("curve brainpoolP256r1", test::kBrainpool);
        refused("unknown kind", test::kX25519);
        refused("holds a PUBLIC KEY, not a private key", test::kPublic);
        refused("no private key in PEM or DER", "");
        refused("no private key in PEM or DER", "hello");
        refused("no private key in it", "-----BEGIN PRIVATE KEY-----\n");
    }

    void refusesTruncatedKeys() {
        for (const char* pem : {test::kRsaPkcs8, test::kRsaPkcs1, test::kP256Pkcs8, test::kP256Sec1, test::kEd25519}) {
            const std::string whole = der(pem);
            CPPUNIT_ASSERT(refusal(whole.substr(0, whole.size() - 1)) != "was not refused");
            CPPUNIT_ASSERT(refusal(whole + '\0') != "was not refused");
        }
    }

    void refusesAKeyWhosePartsDoNotBelongTogether() {
        std::string swapped = der(test::kP256Sec1);
        swapped[20] = static_cast<char>(swapped[20] ^ 1);  // a byte of the private number; the public point stays
        refused("does not verify", swapped);
    }

    void writesPublicJwks() {
        for (const auto& vector : test::kKeys) {
            const Key key = Key::parsePrivate(vector.pem);
            equal(with(vector.jwk, R"("use":"sig","kid":")" + std::string(vector.thumbprint) + '"'), key.publicJwk());
            equal(with(vector.jwk, R"("use":"sig","kid":"a\"b")"), key.withKid("a\"b").publicJwk());
        }
        equal("", Key::secret("hunter2").publicJwk());
    }

    void makesTheThumbprintsOfTheRfcs() {
        const Key rfc7638 = Key::parseJwk(R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_)"
                                          R"(BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAta)"
                                          R"(Sqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xB)"
                                          R"(niIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})").value();
        equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", rfc7638.thumbprint());
        equal("2011-04-29", rfc7638.kid());
        const Key rfc8037 = Key::parseJwk(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})").value();
        equal("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", rfc8037.thumbprint());
        for (const auto& vector : test::kKeys) equal(vector.thumbprint, Key::parseJwk(vector.jwk)->thumbprint());
    }

    void readsJwks() {
        for (const auto& vector : test::kKeys) {
            const auto key = Key::parseJwk(vector.jwk);
            CPPUNIT_ASSERT_MESSAGE(vector.name, key);
            CPPUNIT_ASSERT(!key->isPrivate());
            equal("", key->kid());
            CPPUNIT_ASSERT(Key::parseJwk(with(vector.jwk, R"("kid":"k","x5c":["abc"],"unknown":{"a":[1]})"))->kid() == "k");
        }
    }

    void refusesJwksThatAreNone() {
        const std::string rsa = test::kKeys[0].jwk;
        const std::string p256 = test::kKeys[1].jwk;
        for (const std::string& text :
             {std::string(), std::string("null"), std::string("[]"), std::string("{}"), p256 + "x", p256 + p256, with(p256, R"("kid":5)"),
              with(p256, R"("alg":null)"), std::string(R"({"kty":"RSA","n":"AQAB","e":"AQAB"})"), std::string(R"({"kty":"EC","crv":"P-256"})"),
              std::string(R"({"kty":"OKP","crv":"Ed25519","x":"AAAA"})"), std::string(R"({"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"),
              with(rsa, R"("e":"AQ")"), with(rsa, R"("e":"BA")"), with(rsa, R"("e":"")"), with(rsa, R"("e":5)"), with(p256, R"("crv":"P-384")"),
              with(p256, R"("crv":"secp256k1")"), with(p256, R"("kty":"ec")"), std::string(40, '['), std::string(5000, '[') + std::string(5000, ']')}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Key::parseJwk(text));
        }
    }

    void refusesPrivateAndSecretJwks() {
        for (const auto& vector : test::kKeys) CPPUNIT_ASSERT(!Key::parseJwk(with(vector.jwk, R"("d":"AQAB")")));
        CPPUNIT_ASSERT(!Key::parseJwk(R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"})"));
        CPPUNIT_ASSERT(!Key::parseJwk(with(test::kKeys[0].jwk, R"("k":"AQAB")")));
    }

    void refusesPointsThatAreNotOnTheCurve() {
        for (const auto& vector : test::kKeys) {
            const std::string jwk = vector.jwk;
            if (jwk.find("\"EC\"") == std::string::npos) continue;
            std::string moved = jwk;
            char& first = moved[moved.find("\"y\":\"") + 8];
            first = first == 'A' ? 'B' : 'A';
            CPPUNIT_ASSERT_MESSAGE(moved, !Key::parseJwk(moved));
        }
        const std::string zeros(43, 'A');
        CPPUNIT_ASSERT(!Key::parseJwk(R"({"kty":"EC","crv":"P-256","x":")" + zeros + R"(","y":")" + zeros + "\"}"));
    }

    void obeysWhatAJwkIsMeantFor() {
        const std::string rsa = test::kKeys[0].jwk;
        CPPUNIT_ASSERT(Key::parseJwk(with(rsa, R"("use":"sig","key_ops":["verify"])"))->can(Algorithm::rs256));
        for (const char* members : {R"("use":"enc")", R"("use":5)", R"("key_ops":["sign"])", R"("key_ops":[])", R"("key_ops":"verify")", R"("key_ops":[5])"}) {
            CPPUNIT_ASSERT_MESSAGE(members, Key::parseJwk(with(rsa, members))->algorithms().empty());
        }
        const auto restricted = Key::parseJwk(with(rsa, R"("alg":"PS256")"));
        CPPUNIT_ASSERT(restricted->algorithms() == std::vector{Algorithm::ps256});
        CPPUNIT_ASSERT(restricted->restrictedTo() == "PS256");
        CPPUNIT_ASSERT(Key::parseJwk(with(rsa, R"("alg":"RSA-OAEP")"))->algorithms().empty());
    }

    void tellsWhatAKeyCanDo() {
        using A = Algorithm;
        const std::vector<std::vector<A>> able = {{A::rs256, A::rs384, A::rs512, A::ps256, A::ps384, A::ps512}, {A::es256}, {A::es384}, {A::es512}, {A::es256k}, {A::edDsa}};
        for (std::size_t i = 0; i < able.size(); ++i) {
            CPPUNIT_ASSERT_MESSAGE(test::kKeys[i].name, Key::parsePrivate(test::kKeys[i].pem).algorithms() == able[i]);
            CPPUNIT_ASSERT_MESSAGE(test::kKeys[i].name, Key::parseJwk(test::kKeys[i].jwk)->algorithms() == able[i]);
        }
        CPPUNIT_ASSERT(Key::secret("x").algorithms() == (std::vector{A::hs256, A::hs384, A::hs512}));
        CPPUNIT_ASSERT(Key::secret("").algorithms().empty());
    }

    void knowsAlgorithmsByTheirExactNames() {
        for (const char* name : {"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA"}) {
            equal(name, std::string(algorithmName(parseAlgorithm(name).value())));
        }
        for (const char* name : {"", "none", "None", "NONE", "rs256", "RS256 ", "eddsa", "RS1", "ES256k", "Ed25519"}) CPPUNIT_ASSERT_MESSAGE(name, !parseAlgorithm(name));
    }

    void halvesTheHashOfTheAlgorithm() {
        // OpenID Connect Core, appendix A.3, and the same text with SHA-512 (Python).
        const char* token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        equal("77QmUPtjPfzWtF2AnpK9RQ", halfHash(Algorithm::rs256, token));
        equal("77QmUPtjPfzWtF2AnpK9RQ", halfHash(Algorithm::es256k, token));
        equal("q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM", halfHash(Algorithm::es512, token));
        equal("q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM", halfHash(Algorithm::edDsa, token));
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, halfHash(Algorithm::ps384, token).size());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(KeyTest);

class KeySetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeySetTest);
    CPPUNIT_TEST(writesPublicKeysInOrder);
    CPPUNIT_TEST(readsWhatItWrites);
    CPPUNIT_TEST(signsWithTheLastKeyThatCan);
    CPPUNIT_TEST(neverSignsWithAPublicKey);
    CPPUNIT_TEST(leavesOutKeysThatCannotBeUsed);
    CPPUNIT_TEST(refusesWhatIsNoKeySet);
    CPPUNIT_TEST_SUITE_END();

    static Key key(std::size_t index, const std::string& kid) { return Key::parsePrivate(test::kKeys[index].pem).withKid(kid); }

public:
    void writesPublicKeysInOrder() {
        const KeySet set({key(1, "b"), Key::secret("hunter2"), key(5, "a")});
        CPPUNIT_ASSERT_EQUAL("{\"keys\":[" + key(1, "b").publicJwk() + "," + key(5, "a").publicJwk() + "]}", set.publicJson());
        CPPUNIT_ASSERT_EQUAL(std::string("{\"keys\":[]}"), KeySet().publicJson());
        CPPUNIT_ASSERT_EQUAL(std::string("{\"keys\":[]}"), KeySet(std::vector<Key>{}).publicJson());
    }

    void readsWhatItWrites() {
        const KeySet set({key(0, "r"), key(2, "s"), key(5, "t")});
        CPPUNIT_ASSERT_EQUAL(set.publicJson(), KeySet::parse(set.publicJson())->publicJson());
    }

    void signsWithTheLastKeyThatCan() {
        const KeySet set({key(0, "first"), key(0, "second"), key(1, "third")});
        CPPUNIT_ASSERT_EQUAL(std::string("second"), set.signingKey(Algorithm::ps512)->kid());
        CPPUNIT_ASSERT_EQUAL(std::string("third"), set.signingKey(Algorithm::es256)->kid());
        CPPUNIT_ASSERT(set.signingKey(Algorithm::es384) == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, set.algorithms().size());
    }

    void neverSignsWithAPublicKey() {
        const KeySet set = KeySet::parse(KeySet({key(1, "a")}).publicJson()).value();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, set.keys().size());
        CPPUNIT_ASSERT(set.signingKey(Algorithm::es256) == nullptr);
    }

    void leavesOutKeysThatCannotBeUsed() {
        const std::string good = key(1, "good").publicJwk();
        const std::string json = R"({"keys":[5,null,{},{"kty":"oct","k":"AAAA"},{"kty":"RSA","n":"AQAB","e":"AQAB"},)" + good +
                                 "," + good.substr(0, good.size() - 1) + R"(,"alg":"ECDH-ES"}],"more":1})";
        const auto set = KeySet::parse(json);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, set->keys().size());
        CPPUNIT_ASSERT_EQUAL(std::string("good"), set->keys()[0].kid());
    }

    void refusesWhatIsNoKeySet() {
        std::string many = "{}";
        for (int i = 0; i < 100; ++i) many += ",{}";
        for (const std::string& text : {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"keys":{}})"), std::string(R"({"keys":null})"),
                                        "{\"keys\":[" + many + "]}", R"({"keys":[],"x":")" + std::string(64 * 1024, 'x') + "\"}"}) {
            CPPUNIT_ASSERT_MESSAGE(text.substr(0, 200), !KeySet::parse(text));
        }
        CPPUNIT_ASSERT(KeySet::parse("{\"keys\":[" + many.substr(3) + "]}"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(KeySetTest);

}  // namespace latchkey::jose
