// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/id_token_algorithm.h"
#include "tests/domain/jose/vectors.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey {

class IdTokenAlgorithmTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IdTokenAlgorithmTest);
    CPPUNIT_TEST(takesWhatTheClientRegisteredAndNoOther);
    CPPUNIT_TEST(takesRs256ForWhoRegisteredNone);
    CPPUNIT_TEST(takesWhatThereIsWithoutAnRsaKey);
    CPPUNIT_TEST_SUITE_END();

    const jose::Key rsa_ = jose::Key::parsePrivate(jose::test::kRsaPkcs8);
    const jose::Key p256_ = jose::Key::parsePrivate(jose::test::kP256Pkcs8);

    static std::string chosen(const Client& client, std::vector<jose::Key> keys) {
        const auto algorithm = idTokenAlgorithm(client, jose::KeySet(std::move(keys)));
        return algorithm ? std::string(jose::algorithmName(*algorithm)) : "none";
    }
    static Client registered(const char* algorithm, bool secret = false) {
        Client client;
        client.idTokenSignedResponseAlg = algorithm;
        if (secret) client.encryptedSecret = "encrypted";
        return client;
    }

public:
    void takesWhatTheClientRegisteredAndNoOther() {
        CPPUNIT_ASSERT_EQUAL(std::string("ES256"), chosen(registered("ES256"), {rsa_, p256_}));
        CPPUNIT_ASSERT_EQUAL(std::string("PS384"), chosen(registered("PS384"), {rsa_, p256_}));
        CPPUNIT_ASSERT_EQUAL(std::string("HS512"), chosen(registered("HS512", true), {}));
        for (const char* impossible : {"ES384", "HS256", "none", "", "made up"}) {
            CPPUNIT_ASSERT_EQUAL(std::string("none"), chosen(registered(impossible), {rsa_, p256_}));
        }
    }
    void takesRs256ForWhoRegisteredNone() {
        CPPUNIT_ASSERT_EQUAL(std::string("RS256"), chosen({}, {rsa_, p256_}));
        CPPUNIT_ASSERT_EQUAL(std::string("RS256"), chosen({}, {p256_, rsa_}));
    }
    void takesWhatThereIsWithoutAnRsaKey() {
        CPPUNIT_ASSERT_EQUAL(std::string("ES256"), chosen({}, {p256_}));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), chosen({}, {}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IdTokenAlgorithmTest);

}  // namespace latchkey
