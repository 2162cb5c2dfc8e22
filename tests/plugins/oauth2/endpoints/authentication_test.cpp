// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"
#include "domain/jose/jws.h"
#include "plugins/rate-limits/stored_rate_limiter.h"
#include "tests/domain/jose/vectors.h"
#include "tests/plugins/oauth2/endpoints/provider_world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::oauth2 {

class AuthenticationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthenticationTest);
    CPPUNIT_TEST(takesEachMethodFromItsClientOnly);
    CPPUNIT_TEST(refusesMixesOfMethods);
    CPPUNIT_TEST(attack3_checksAssertions);
    CPPUNIT_TEST(attack14_refusesOtherAlgorithms);
    CPPUNIT_TEST(attack8_blocksGuessesAtSecrets);
    CPPUNIT_TEST(attack8_nobodyShutsOutAPublicClient);
    CPPUNIT_TEST(attack8_limitsGuessesAtTheHomeserversSecret);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_PROVIDER_WORLD

    static constexpr char kJwtBearer[] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    std::string attempt(Fields form, const Fields& headers = {}) {
        form.emplace_back("grant_type", "refresh_token");
        form.emplace_back("refresh_token", "mar_unknown");
        const std::string found = outcome(world_->call("POST", "/oauth2/token", form, headers));
        return found == "400 invalid_grant" ? "authenticated" : found;
    }
    static Fields basic(const Made& client, const std::string& secret) { return {{"Authorization", "Basic " + base64(client.client.clientId() + ":" + secret)}}; }
    static Fields assertion(const std::string& jwt) { return {{"client_assertion_type", kJwtBearer}, {"client_assertion", jwt}}; }
    Made clientWith(const std::string& method, const std::string& algorithm = {}) {
        return world_->client([&](Client& each) {
            each.tokenEndpointAuthMethod = method;
            if (!algorithm.empty()) each.tokenEndpointAuthSigningAlg = algorithm;
            if (method == "private_key_jwt") each.jwks = "{\"keys\":[" + jose::Key::parsePrivate(jose::test::kRsaPkcs8).publicJwk() + "]}";
        });
    }
    static std::string claims(const Made& client, const std::string& jti, const std::string& more = R"("aud":"https://auth.example.com/")", std::int64_t lifetime = 60) {
        const std::string id = client.client.clientId();
        return R"({"iss":")" + id + R"(","sub":")" + id + R"(","jti":")" + jti + R"(","exp":)" + std::to_string(currentTime().us / 1'000'000 + lifetime) + "," + more + "}";
    }

    void takesEachMethodFromItsClientOnly() {
        if (!world_) return;
        const Made withBasic = clientWith("client_secret_basic"), withPost = clientWith("client_secret_post"), open = clientWith("none");
        CPPUNIT_ASSERT_EQUAL(std::string("authenticated"), attempt({}, basic(withBasic, withBasic.secret)));
        CPPUNIT_ASSERT_EQUAL(std::string("authenticated"), attempt(withPost.credentials()));
        CPPUNIT_ASSERT_EQUAL(std::string("authenticated"), attempt({{"client_id", open.client.clientId()}}));
        CPPUNIT_ASSERT_EQUAL(std::string("401 invalid_client"), attempt(withBasic.credentials()));
        CPPUNIT_ASSERT_EQUAL(std::string("401 invalid_client"), attempt({}, basic(withPost, withPost.secret)));
        CPPUNIT_ASSERT_EQUAL(std::string("401 invalid_client"), attempt({{"client_id", withPost.client.clientId()}}));
        CPPUNIT_ASSERT_EQUAL(std::string("401 invalid_client"), attempt({{"client_id", open.client.clientId()}, {"client_secret", "x"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("401 invalid_client"), attempt({{"client_id", "unknown"}}));
        const http::Response wrong = world_->call("POST", "/oauth2/token", {{"grant_type", "x"}}, basic(withBasic, "wrong"));
        CPPUNIT_ASSERT(wrong.status == 401 && wrong.headers.get("WWW-Authenticate").value_or("").starts_with("Basic"));
    }

    void refusesMixesOfMethods() {
        if (!world_) return;
        const Made client = clientWith("client_secret_basic");
        const Fields header = basic(client, client.secret);
        CPPUNIT_ASSERT_EQUAL(std::string("authenticated"), attempt({{"client_id", client.client.clientId()}}, header));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), attempt({{"client_id", clientWith("none").client.clientId()}}, header));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), attempt(client.credentials(), header));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), attempt({}));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), attempt({}, {{"Authorization", "Digest x"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), attempt({{"client_assertion_type", kJwtBearer}}));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), attempt({{"client_assertion_type", "x"}, {"client_assertion", "x"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("401 invalid_client"), attempt({}, {{"Authorization", "Bearer homeserver-secret"}}));
    }

    void attack3_checksAssertions() {
        if (!world_) return;
        const Made client = clientWith("client_secret_jwt", "HS256"), other = clientWith("client_secret_jwt", "HS256");
        const jose::Key key = jose::Key::secret(client.secret);
        const auto with = [&](const std::string& payload) { return attempt(assertion(jose::sign(key, jose::Algorithm::hs256, payload))); };
        CPPUNIT_ASSERT_EQUAL(std::string("authenticated"), with(claims(client, "1")));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("replayed", std::string("401 invalid_client"), with(claims(client, "1")));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("expired", std::string("401 invalid_client"), with(claims(client, "2", R"("aud":"https://auth.example.com/")", -61)));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("far ahead", std::string("401 invalid_client"), with(claims(client, "3", R"("aud":"https://auth.example.com/")", 7200)));
        for (const char* audience : {R"("aud":"https://auth.example.com/oauth2/token")", R"("aud":"https://auth.example.com")", R"("aud":["https://auth.example.com/","https://other.example/"])", R"("aud":[])", R"("x":1)"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(audience, std::string("401 invalid_client"), with(claims(client, base64Url(audience), audience)));
        }
        const std::string id = client.client.clientId(), aud = R"("aud":"https://auth.example.com/")";
        CPPUNIT_ASSERT_EQUAL_MESSAGE("no exp", std::string("401 invalid_client"), with(R"({"iss":")" + id + R"(","sub":")" + id + R"(","jti":"4",)" + aud + "}"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("other iss", std::string("401 invalid_client"), with(R"({"iss":")" + other.client.clientId() + R"(","sub":")" + id + R"(","jti":"5","exp":)" + std::to_string(currentTime().us / 1'000'000 + 60) + "," + aud + "}"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("no jti", std::string("401 invalid_client"), with(claims(client, "")));
    }

    void attack14_refusesOtherAlgorithms() {
        if (!world_) return;
        const Made client = clientWith("private_key_jwt", "RS256");
        const jose::Key key = jose::Key::parsePrivate(jose::test::kRsaPkcs8);
        CPPUNIT_ASSERT_EQUAL(std::string("authenticated"), attempt(assertion(jose::sign(key, jose::Algorithm::rs256, claims(client, "1")))));
        CPPUNIT_ASSERT_EQUAL(std::string("401 invalid_client"), attempt(assertion(jose::sign(key, jose::Algorithm::ps256, claims(client, "2")))));
        CPPUNIT_ASSERT_EQUAL(std::string("401 invalid_client"), attempt(assertion(jose::sign(jose::Key::secret(key.publicJwk()), jose::Algorithm::hs256, claims(client, "3")))));
        const std::string unsignedJwt = base64Url(R"({"alg":"none"})") + "." + base64Url(claims(client, "4")) + ".";
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), attempt(assertion(unsignedJwt)));
    }

    static limits::LimitsConfig five() {
        limits::LimitsConfig config;
        config.limits.fill({1'000'000, Duration::seconds(1)});
        config.limits[static_cast<std::size_t>(RateLimiter::Bucket::clientSecretPerClient)] = {5, Duration::seconds(3600)};
        return config;
    }

    void attack8_blocksGuessesAtSecrets() {
        if (!world_) return;
        limits::StoredRateLimiter limiter(world_->base.store(), five());
        const Made client = clientWith("client_secret_post");
        const Fields wrong = {{"client_id", client.client.clientId()}, {"client_secret", "wrong"}};
        int evaluated = 0;
        for (int process = 0; process < 2; ++process) {
            world_->restart(&limiter);
            for (int i = 0; i < 100; ++i) {
                world_->clientIp = "192.0.2." + std::to_string(i);
                const std::string found = attempt(wrong);
                if (found == "401 invalid_client") ++evaluated;
                else CPPUNIT_ASSERT_EQUAL(std::string("429 slow_down"), found);
            }
            CPPUNIT_ASSERT_EQUAL(std::string("429 slow_down"), attempt(client.credentials()));
        }
        CPPUNIT_ASSERT_EQUAL(7, evaluated);  // five, and the one by which each process finds out
    }

    void attack8_nobodyShutsOutAPublicClient() {
        if (!world_) return;
        limits::StoredRateLimiter limiter(world_->base.store(), five());
        world_->restart(&limiter);
        const Made open = clientWith("none");
        for (int i = 0; i < 20; ++i) CPPUNIT_ASSERT_EQUAL(std::string("401 invalid_client"), attempt({{"client_id", open.client.clientId()}, {"client_secret", "guess"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("authenticated"), attempt({{"client_id", open.client.clientId()}}));
    }

    void attack8_limitsGuessesAtTheHomeserversSecret() {
        if (!world_) return;
        limits::LimitsConfig config = five();
        config.limits[static_cast<std::size_t>(RateLimiter::Bucket::clientSecretPerIp)] = {5, Duration::seconds(3600)};
        limits::StoredRateLimiter limiter(world_->base.store(), config);
        world_->restart(&limiter);
        const auto guess = [&] { return outcome(world_->call("POST", "/oauth2/introspect", {{"token", "x"}}, {{"Authorization", "Bearer guess"}})); };
        for (int i = 0; i < 6; ++i) CPPUNIT_ASSERT_EQUAL(std::string("401 access_denied"), guess());
        CPPUNIT_ASSERT_EQUAL(std::string("429 slow_down"), guess());
        const http::Response told = world_->call("POST", "/oauth2/introspect", {{"token", "x"}}, {{"Authorization", "Bearer guess"}});
        const int seconds = std::stoi(std::string(told.headers.get("Retry-After").value_or("0")));
        CPPUNIT_ASSERT_MESSAGE("one more try each hour: " + std::to_string(seconds), seconds > 3000 && seconds <= 3600);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the right secret, from the same address", 200, world_->introspect("x").status);
        world_->clientIp = "192.0.2.8";
        CPPUNIT_ASSERT_EQUAL(std::string("401 access_denied"), guess());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AuthenticationTest);

}  // namespace latchkey::oauth2
