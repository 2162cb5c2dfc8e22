// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/key_set.h"
#include "domain/oauth2/authorization_request.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey {

namespace {

class NoKeys final : public jose::KeyStore {
public:
    std::shared_ptr<const jose::KeySet> keys() const override { return std::make_shared<jose::KeySet>(); }
};

}  // namespace

/// What needs no page to be seen; the rest is tested at /authorize and /oauth2/par.
class AuthorizationRequestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthorizationRequestTest);
    CPPUNIT_TEST(saysThatRequestObjectsAreNotSupportedHoweverLongTheyAre);
    CPPUNIT_TEST(describesErrorsInTheAlphabetOfTheRfc);
    CPPUNIT_TEST(refusesOpenidWhereNoKeySigns);
    CPPUNIT_TEST_SUITE_END();

    static std::optional<Client> known(const std::string&) {
        Client client;
        client.redirectUris = {"https://app.example.com/cb"};
        client.grantAuthorizationCode = true;
        client.tokenEndpointAuthMethod = "client_secret_basic";
        return client;
    }
    /// `error: description`, or `accepted`.
    static std::string outcome(const AuthorizationParameters& more, const AuthorizationRequest::Rules& rules = {}) {
        AuthorizationParameters all = {{"client_id", "x"}, {"response_type", "code"}, {"scope", "openid email"}};
        all.insert(all.end(), more.begin(), more.end());
        try {
            AuthorizationRequest::parse(all, known, rules);
            return "accepted";
        } catch (const AuthorizationRejection& rejection) {
            CPPUNIT_ASSERT(rejection.target());
            return rejection.code() + ": " + rejection.description();
        }
    }

public:
    void saysThatRequestObjectsAreNotSupportedHoweverLongTheyAre() {
        for (const std::size_t length : {1, 2048, 2049, 60'000}) {
            CPPUNIT_ASSERT(outcome({{"request", std::string(length, 'a')}}).starts_with("request_not_supported: "));
        }
        CPPUNIT_ASSERT(outcome({{"nonce", std::string(2049, 'a')}}).starts_with("invalid_request: "));
    }
    void describesErrorsInTheAlphabetOfTheRfc() {
        const std::string name = "a\"\\\n\x7f\xc3\xa9";
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_request: the parameter a''???? is there twice or too long"),
                             outcome({{name, "1"}, {name, "2"}}));
    }
    void refusesOpenidWhereNoKeySigns() {
        const NoKeys keys;
        const AuthorizationRequest::Rules rules{.plainCodeChallenge = false, .requirePkceOfAll = false, .keys = &keys};
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_scope: openid: this server has no key for ID tokens of this client"), outcome({}, rules));
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), outcome({}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthorizationRequestTest);

}  // namespace latchkey
