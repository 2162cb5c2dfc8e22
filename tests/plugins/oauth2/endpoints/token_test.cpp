// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"
#include "domain/jose/jws.h"
#include "domain/oauth2/id_token_reader.h"
#include "tests/domain/jose/vectors.h"
#include "tests/plugins/oauth2/endpoints/provider_world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::oauth2 {

namespace {

const std::string kVerifier(43, 'v');

void withChallenge(AuthorizationGrant& grant) { grant.challenge = CodeChallenge{CodeChallenge::Method::s256, base64Url(sha256(kVerifier))}; }

}  // namespace

class TokenTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenTest);
    CPPUNIT_TEST(exchangesACodeForTokens);
    CPPUNIT_TEST(givesNoRefreshTokenToAClientWithoutThatGrant);
    CPPUNIT_TEST(answersErrorsByTheRfc);
    CPPUNIT_TEST(refusesACodeAfterTenMinutes);
    CPPUNIT_TEST(attack10_refusesAVerifierThatIsMissingUnaskedForOrWrong);
    CPPUNIT_TEST(attack11_comparesTheRedirectUri);
    CPPUNIT_TEST(attack28_givesNoWiderScope);
    CPPUNIT_TEST(clientCredentialsAskThePolicy);
    CPPUNIT_TEST(accessTokensLiveAsLongAsThePolicySaidAlsoAfterRefreshes);
    CPPUNIT_TEST(attack28_clientCredentialsGiveNoMoreThanWasAsked);
    CPPUNIT_TEST(signsIdTokensWithTheClientsSecret);
    CPPUNIT_TEST(signsIdTokensWithoutAnRsaKey);
    CPPUNIT_TEST(refusesOpenidWhereNoKeySigns);
    CPPUNIT_TEST(describesWhatThePolicySaysInTheAlphabetOfTheRfc);
    CPPUNIT_TEST(countsRequests);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_PROVIDER_WORLD

    void exchangesACodeForTokens() {
        if (!world_) return;
        const Made client = world_->client();
        const http::Response answer = world_->token(client, world_->exchange(world_->allow(client, world_->base.user())));
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("access_token expires_in id_token refresh_token scope token_type"), members(answer));
        CPPUNIT_ASSERT_EQUAL(std::string("Bearer"), member(answer, "token_type"));
        CPPUNIT_ASSERT_EQUAL(std::string("300"), member(answer, "expires_in"));
        CPPUNIT_ASSERT(answer.headers.get("Cache-Control") == "no-store" && answer.headers.get("Pragma") == "no-cache");
        CPPUNIT_ASSERT(active(world_->introspect(member(answer, "access_token"))) && active(world_->introspect(member(answer, "refresh_token"))));
    }

    void givesNoRefreshTokenToAClientWithoutThatGrant() {
        if (!world_) return;
        const Made client = world_->client([](Client& each) { each.grantRefreshToken = false; });
        const http::Response answer = world_->token(client, world_->exchange(world_->allow(client, world_->base.user())));
        CPPUNIT_ASSERT_EQUAL(std::string("absent"), member(answer, "refresh_token"));
    }

    void answersErrorsByTheRfc() {
        if (!world_) return;
        const Made client = world_->client([](Client& each) { each.grantDeviceCode = false; });
        const std::vector<std::pair<std::string, Fields>> table = {
            {"400 invalid_request", {}},
            {"400 unsupported_grant_type", {{"grant_type", "password"}}},
            {"400 unauthorized_client", {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"}, {"device_code", "x"}}},
            {"400 invalid_request", {{"grant_type", "authorization_code"}}},
            {"400 invalid_grant", {{"grant_type", "authorization_code"}, {"code", "unknown"}}},
            {"400 invalid_request", {{"grant_type", "refresh_token"}}},
            {"400 invalid_grant", {{"grant_type", "refresh_token"}, {"refresh_token", "mar_unknown"}}},
            {"400 invalid_scope", {{"grant_type", "client_credentials"}, {"scope", "two  blanks"}}},
            {"400 invalid_request", {{"grant_type", "client_credentials"}, {"scope", "a"}, {"scope", "b"}}},
        };
        for (const auto& [expected, form] : table) CPPUNIT_ASSERT_EQUAL(expected, outcome(world_->token(client, form)));
        const http::Response json = world_->call("POST", "/oauth2/token", client.credentials(), {{"Content-Type", "application/json"}});
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), outcome(json));
        CPPUNIT_ASSERT(json.headers.get("Cache-Control") == "no-store");
    }

    void refusesACodeAfterTenMinutes() {
        if (!world_) return;
        const Made client = world_->client();
        const Allowed old = world_->allow(client, world_->base.user(), "openid", [](AuthorizationGrant& each) { each.fulfilledAt = currentTime() - Duration::seconds(601); });
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(client, world_->exchange(old))));
    }

    void attack10_refusesAVerifierThatIsMissingUnaskedForOrWrong() {
        if (!world_) return;
        const Made client = world_->client();
        const Ulid user = world_->base.user();
        const auto attempt = [&](bool challenged, const std::string& verifier) {
            const Allowed allowed = challenged ? world_->allow(client, user, "openid", withChallenge) : world_->allow(client, user, "openid");
            Fields form = world_->exchange(allowed);
            if (!verifier.empty()) form.emplace_back("code_verifier", verifier);
            return outcome(world_->token(client, form));
        };
        CPPUNIT_ASSERT_EQUAL(std::string("200"), attempt(true, kVerifier));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), attempt(true, ""));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), attempt(false, kVerifier));
        for (const std::string& wrong : {kVerifier + "v", std::string(42, 'v'), std::string(129, 'v'), std::string(43, '+'), base64Url(sha256(kVerifier))}) {
            CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), attempt(true, wrong));
        }
    }

    void attack11_comparesTheRedirectUri() {
        if (!world_) return;
        const Made client = world_->client();
        const Ulid user = world_->base.user();
        for (const char* wrong : {"", "https://app.example.com/cb/", "https://evil.example/cb"}) {
            Fields form = {{"grant_type", "authorization_code"}, {"code", world_->allow(client, user).code}, {"redirect_uri", wrong}};
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wrong, std::string("400 invalid_grant"), outcome(world_->token(client, form)));
        }
        const Allowed without = world_->allow(client, user, "openid", [](AuthorizationGrant& each) { each.redirectUriGiven = false; });
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->token(client, {{"grant_type", "authorization_code"}, {"code", without.code}})));
    }

    void attack28_givesNoWiderScope() {
        if (!world_) return;
        const Made client = world_->client();
        Fields form = world_->exchange(world_->allow(client, world_->base.user(), "openid"));
        form.emplace_back("scope", "openid urn:mas:admin");
        const http::Response first = world_->token(client, form);
        CPPUNIT_ASSERT_EQUAL(std::string("openid"), member(first, "scope"));
        const std::string refresh = member(first, "refresh_token");
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_scope"), outcome(world_->token(client, {{"grant_type", "refresh_token"}, {"refresh_token", refresh}, {"scope", "openid urn:mas:admin"}})));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->token(client, {{"grant_type", "refresh_token"}, {"refresh_token", refresh}, {"scope", "openid"}})));
    }

    void clientCredentialsAskThePolicy() {
        if (!world_) return;
        const Made client = world_->client();
        const http::Response answer = world_->token(client, {{"grant_type", "client_credentials"}});
        CPPUNIT_ASSERT_EQUAL(std::string("access_token expires_in token_type"), members(answer));
        world_->policy.decision.violations = {{.message = "no", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_scope"), outcome(world_->token(client, {{"grant_type", "client_credentials"}, {"scope", "urn:mas:admin"}})));
    }

    void accessTokensLiveAsLongAsThePolicySaidAlsoAfterRefreshes() {
        if (!world_) return;
        const Made client = world_->client();
        const Allowed allowed = world_->allow(client, world_->base.user());
        world_->base.sql("INSERT INTO latchkey_oauth2_sessions VALUES ('" + allowed.session.uuid() + "', 77)");
        http::Response answer = world_->token(client, world_->exchange(allowed));
        for (int refreshes = 0; refreshes < 3; ++refreshes) {
            CPPUNIT_ASSERT_EQUAL(std::string("77"), member(answer, "expires_in"));
            CPPUNIT_ASSERT_EQUAL(std::string("77"), world_->base.sql("SELECT extract(epoch FROM expires_at - created_at)::int FROM oauth2_access_tokens ORDER BY created_at DESC LIMIT 1"));
            const Fields refresh = {{"grant_type", "refresh_token"}, {"refresh_token", member(answer, "refresh_token")}};
            answer = world_->token(client, refresh);
            if (refreshes > 0) continue;
            world_->base.sql("UPDATE oauth2_access_tokens SET expires_at = now() - interval '1 second'");
            answer = world_->token(client, refresh);  // the pair that nobody used is replaced
        }
    }

    void attack28_clientCredentialsGiveNoMoreThanWasAsked() {
        if (!world_) return;
        world_->policy.decision.scope = contract::scope("openid urn:mas:admin");
        const http::Response answer = world_->token(world_->client(), {{"grant_type", "client_credentials"}, {"scope", "openid email"}});
        CPPUNIT_ASSERT_EQUAL(std::string("openid"), member(answer, "scope"));
    }

    void signsIdTokensWithTheClientsSecret() {
        if (!world_) return;
        const Ulid user = world_->base.user();
        const IdTokenReader reader(world_->base.store(), world_->encrypter, world_->keys, "https://auth.example.com/");
        for (const char* name : {"HS256", "HS384", "HS512", "RS256", "ES256"}) {
            const Made client = world_->client([&](Client& each) { each.idTokenSignedResponseAlg = name; });
            const std::string idToken = member(world_->token(client, world_->exchange(world_->allow(client, user))), "id_token");
            const auto jws = jose::Jws::parse(idToken);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string(name), std::string(jose::algorithmName(jws.value().algorithm)));
            CPPUNIT_ASSERT_EQUAL(jose::isSymmetric(jws->algorithm), jws->verify(jose::Key::secret(client.secret)));
            const auto hint = reader.read(idToken);
            CPPUNIT_ASSERT(hint && hint->subject == user.text() && hint->client == client.client);
        }
    }

    void signsIdTokensWithoutAnRsaKey() {
        if (!world_) return;
        world_->keys.have({jose::Key::parsePrivate(jose::test::kP256Pkcs8)});
        const Made client = world_->client();
        const http::Response answer = world_->token(client, world_->exchange(world_->allow(client, world_->base.user())));
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        const auto jws = jose::Jws::parse(member(answer, "id_token")).value();
        CPPUNIT_ASSERT(jws.algorithm == jose::Algorithm::es256 && jws.verify(world_->keys.keys()->keys()));
    }

    void refusesOpenidWhereNoKeySigns() {
        if (!world_) return;
        world_->keys.have({});
        const Made client = world_->client();
        const Fields asked = {{"response_type", "code"}, {"scope", "openid"}};
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_scope"), outcome(world_->post("/oauth2/par", asked, client.credentials())));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_scope"), outcome(world_->post("/oauth2/device", asked, client.credentials())));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->post("/oauth2/device", {{"scope", "email"}}, client.credentials())));
    }

    void describesWhatThePolicySaysInTheAlphabetOfTheRfc() {
        if (!world_) return;
        const Made client = world_->client();
        world_->policy.decision.violations = {{.message = "\"no\" \\ n\xc3\xa9", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
        const http::Response refused = world_->token(client, {{"grant_type", "client_credentials"}, {"scope", "urn:mas:admin"}});
        CPPUNIT_ASSERT_EQUAL(std::string("not allowed: 'no' ' n??"), member(refused, "error_description"));
    }

    void countsRequests() {
        if (!world_) return;
        const Made client = world_->client();
        const std::string access = member(world_->token(client, {{"grant_type", "client_credentials"}}), "access_token");
        world_->token(client, {{"grant_type", "made up"}});
        world_->introspect(access);
        world_->introspect("nothing");
        MetricsWriter writer;
        world_->provider->metrics.collect(writer);
        for (const char* line : {"mas_oauth2_token_request_total{grant_type=\"client_credentials\",successful=\"success\"} 1\n", "mas_oauth2_token_request_total{grant_type=\"unsupported\",successful=\"error\"} 1\n",
                                 "mas_oauth2_introspection_request_total{kind=\"oauth2_access_token\",active=\"true\"} 1\n", "mas_oauth2_introspection_request_total{kind=\"unknown\",active=\"false\"} 1\n"}) {
            CPPUNIT_ASSERT_MESSAGE(writer.text(), writer.text().find(line) != std::string::npos);
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TokenTest);

}  // namespace latchkey::oauth2
