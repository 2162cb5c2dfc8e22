// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-opa/opa_policy.h"
#include "tests/support/people.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::opa {

/// What is sent, to the byte, and what becomes of every way in which no answer comes.
class OpaPolicyTest : public CppUnit::TestFixture, private OutgoingHttp {
    CPPUNIT_TEST_SUITE(OpaPolicyTest);
    CPPUNIT_TEST(asksForAGrant);
    CPPUNIT_TEST(asksForAClientsOwnGrant);
    CPPUNIT_TEST(asksForARegistration);
    CPPUNIT_TEST(asksForAnEmail);
    CPPUNIT_TEST(asksForAClient);
    CPPUNIT_TEST(asksForACompatLogin);
    CPPUNIT_TEST(asksForAPersonalToken);
    CPPUNIT_TEST(allowsNoPersonalTokensWithoutARule);
    CPPUNIT_TEST(sendsNoSecretOfTheClient);
    CPPUNIT_TEST(sendsItsTokenAndTrustsTheAddress);
    CPPUNIT_TEST(failsClosedWhenThereIsNoAnswer);
    CPPUNIT_TEST(failsClosedOnEveryOtherStatus);
    CPPUNIT_TEST_SUITE_END();

    OutgoingRequest sent_;
    OutgoingResponse answer_{.status = 200, .headers = {}, .body = R"({"result":[{"msg":"no"}]})"};
    bool down_ = false;

    OutgoingResponse send(const OutgoingRequest& request) override {
        sent_ = request;
        if (down_) throw OutgoingHttpError("no answer within 2 s");
        return answer_;
    }

    static Config config() {
        Config config;
        config.chosen = true;
        config.url = "http://opa:8181/";
        config.timeoutMs = 700;
        config.paths = {"register/violation", "email/violation", "client_registration/violation", "authorization_grant/violation", "compat_login/violation", "personal_token/violation"};
        config.data = R"({"server_name":"example.com"})";
        return config;
    }

    OpaPolicy policy_{*this, config(), ""};
    Client client_ = test::clientOf("01HFRQHW4KD7CMFTP8Q3FKSN2E");
    User user_ = test::userOf("01HFVBY12TMNTYTBV8W921M5FA", Instant{1'700'000'000'000'042});
    const PolicyRequester requester_{"192.0.2.1", {}};
    const std::string userJson_ = R"({"can_request_admin":false,"created_at":"2023-11-14T22:13:20.000042Z","deactivated_at":null,"id":"01HFVBY12TMNTYTBV8W921M5FA","is_guest":false,)"
                                  R"("locked_at":null,"sub":"01HFVBY12TMNTYTBV8W921M5FA","username":"alice"})";

    void expectSent(const std::string& path, const std::string& input) {
        CPPUNIT_ASSERT_EQUAL(std::string("POST"), sent_.method);
        CPPUNIT_ASSERT_EQUAL("http://opa:8181/v1/data/" + path, sent_.url);
        CPPUNIT_ASSERT_EQUAL(R"({"input":{)" + input + R"(,"data":{"server_name":"example.com"}}})", sent_.body);
    }

    GrantDecision grant() {
        return policy_.grant({.client = client_, .user = &user_, .sessions = SessionCounts{1, 2, 3}, .scope = Scope({"openid", "email"}), .grantType = "authorization_code", .requester = requester_});
    }

    void asksForAGrant() {
        client_.redirectUris = {"https://a/"};
        client_.grantAuthorizationCode = client_.grantRefreshToken = client_.grantClientCredentials = client_.grantDeviceCode = true;
        client_.name = "App \"1\"";
        client_.jwksUri = "https://a/jwks";
        client_.tokenEndpointAuthMethod = "none";
        client_.isStatic = true;
        CPPUNIT_ASSERT_EQUAL(std::string("no"), grant().violations.at(0).message);
        expectSent("authorization_grant/violation",
                   R"("client":{"application_type":null,"client_id":"01HFRQHW4KD7CMFTP8Q3FKSN2E","client_name":"App \"1\"","client_uri":null,)"
                   R"("grant_types":["authorization_code","refresh_token","client_credentials","urn:ietf:params:oauth:grant-type:device_code"],"id":"01HFRQHW4KD7CMFTP8Q3FKSN2E",)"
                   R"("id_token_signed_response_alg":null,"initiate_login_uri":null,"is_static":true,"jwks":{"jwks_uri":"https://a/jwks"},"logo_uri":null,"policy_uri":null,)"
                   R"("redirect_uris":["https://a/"],"token_endpoint_auth_method":"none","token_endpoint_auth_signing_alg":null,"tos_uri":null,"userinfo_signed_response_alg":null},)"
                   R"("grant_type":"authorization_code","requester":{"ip_address":"192.0.2.1","user_agent":null},"scope":"email openid",)"
                   R"("session_counts":{"compat":2,"oauth2":1,"personal":3,"total":6},"user":)" + userJson_);
    }

    void asksForAClientsOwnGrant() {
        client_.jwks = R"({"keys":[{"kty":"RSA"}]})";
        policy_.grant({.client = client_, .user = nullptr, .sessions = {}, .scope = Scope(), .grantType = "client_credentials", .requester = {}});
        for (const char* part : {R"("jwks":{"jwks":{"keys":[{"kty":"RSA"}]}})", R"("scope":"")", R"("session_counts":null)", R"("user":null)"}) {
            CPPUNIT_ASSERT_MESSAGE(sent_.body, sent_.body.find(part) != std::string::npos);
        }
    }

    void asksForARegistration() {
        CPPUNIT_ASSERT_EQUAL(std::string("no"), policy_.registration({.method = "password", .username = "älice", .email = "a@b", .requester = requester_}).at(0).message);
        expectSent("register/violation", R"("email":"a@b","registration_method":"password","requester":{"ip_address":"192.0.2.1","user_agent":null},"username":"älice")");
        policy_.registration({.method = "password", .username = "alice", .email = {}, .requester = requester_});
        CPPUNIT_ASSERT(sent_.body.find("email") == std::string::npos);
    }

    void asksForAnEmail() {
        policy_.email({.email = "a@b", .requester = {{}, "browser"}});
        expectSent("email/violation", R"("email":"a@b","requester":{"ip_address":null,"user_agent":"browser"})");
    }

    void asksForAClient() {
        policy_.clientRegistration({.metadata = R"({"client_name#de":"x","redirect_uris":[]})", .requester = requester_});
        expectSent("client_registration/violation", R"("client_metadata":{"client_name#de":"x","redirect_uris":[]},"requester":{"ip_address":"192.0.2.1","user_agent":null})");
    }

    void asksForACompatLogin() {
        policy_.compatLogin({.user = user_, .sessions = {}, .sessionReplaced = true, .loginType = "m.login.sso", .redirectUri = "https://a/", .requester = requester_});
        expectSent("compat_login/violation", R"("login":{"redirect_uri":"https://a/","type":"m.login.sso"},"requester":{"ip_address":"192.0.2.1","user_agent":null},)"
                                             R"("session_counts":{"compat":0,"oauth2":0,"personal":0,"total":0},"session_replaced":true,"user":)" + userJson_);
    }

    PolicyViolations personalToken(std::optional<Duration> lifetime = {}) {
        return policy_.personalToken({.user = user_, .sessions = {1, 2, 3}, .scope = Scope({"urn:mas:admin", "openid"}), .lifetime = lifetime, .requester = requester_});
    }

    void asksForAPersonalToken() {
        CPPUNIT_ASSERT_EQUAL(std::string("no"), personalToken(Duration::seconds(7 * 86'400)).at(0).message);
        const std::string rest = R"("requester":{"ip_address":"192.0.2.1","user_agent":null},"scope":"openid urn:mas:admin",)"
                                 R"("session_counts":{"compat":2,"oauth2":1,"personal":3,"total":6},"user":)" + userJson_;
        expectSent("personal_token/violation", R"("lifetime":604800,)" + rest);
        answer_.body = R"({"result":[]})";
        CPPUNIT_ASSERT(personalToken().empty());
        expectSent("personal_token/violation", R"("lifetime":null,)" + rest);
    }

    void allowsNoPersonalTokensWithoutARule() {
        answer_.body = "{}";
        CPPUNIT_ASSERT_EQUAL(std::string("personal access tokens are not allowed here"), personalToken().at(0).message);
        for (const char* odd : {"", "[]", R"({"result":null})", R"({"result":{}})", R"({"result":true})", R"({"result":[{}]})"}) {
            answer_.body = odd;
            CPPUNIT_ASSERT_THROW_MESSAGE(odd, personalToken(), Error);
        }
    }

    void sendsNoSecretOfTheClient() {
        client_.encryptedSecret = "enciphered";
        grant();
        CPPUNIT_ASSERT(sent_.body.find("enciphered") == std::string::npos);
    }

    void sendsItsTokenAndTrustsTheAddress() {
        OpaPolicy(*this, config(), "t0ken").email({.email = "a@b", .requester = {}});
        const std::vector<std::pair<std::string, std::string>> expected = {{"content-type", "application/json"}, {"accept", "application/json"}, {"authorization", "Bearer t0ken"}};
        CPPUNIT_ASSERT(expected == sent_.headers);
        CPPUNIT_ASSERT(!sent_.untrusted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(700), sent_.timeoutMs);
        CPPUNIT_ASSERT_EQUAL(0, sent_.redirects);
    }

    void failsClosedWhenThereIsNoAnswer() {
        down_ = true;
        CPPUNIT_ASSERT_THROW(grant(), Unavailable);
        CPPUNIT_ASSERT_THROW(policy_.registration({.method = "password", .username = "a", .email = {}, .requester = {}}), Unavailable);
        CPPUNIT_ASSERT_THROW(policy_.email({.email = "a@b", .requester = {}}), Unavailable);
        CPPUNIT_ASSERT_THROW(policy_.clientRegistration({.metadata = "{}", .requester = {}}), Unavailable);
        CPPUNIT_ASSERT_THROW(policy_.compatLogin({.user = user_, .sessions = {}, .sessionReplaced = false, .loginType = "m.login.token", .redirectUri = {}, .requester = {}}), Unavailable);
        CPPUNIT_ASSERT_THROW(personalToken(), Unavailable);
    }

    void failsClosedOnEveryOtherStatus() {
        answer_.body = R"({"result":[]})";
        for (const int status : {201, 204, 301, 307, 400, 401, 403, 404, 429, 500, 502, 503}) {
            answer_.status = status;
            CPPUNIT_ASSERT_THROW_MESSAGE(std::to_string(status), grant(), Error);
            CPPUNIT_ASSERT_THROW_MESSAGE(std::to_string(status), personalToken(), Error);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OpaPolicyTest);

}  // namespace latchkey::opa
