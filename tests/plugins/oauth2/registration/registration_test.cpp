// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"
#include "domain/token/token_digest.h"
#include "kernel/log.h"
#include "tests/domain/jose/vectors.h"
#include "tests/plugins/oauth2/registration/world.h"

#include <cppunit/extensions/HelperMacros.h>
#include <mutex>
#include <set>
#include <thread>

namespace latchkey::oauth2 {

using test::member;
using test::outcome;
using test::World;

namespace {

const std::string kPublic = R"({"redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"none"})";
const std::string kPublicDigest = "60bc5e782567450024fe8a43ea023373f5499bd9fd3c40985e8daec632df729b";  // Python's hashlib
const std::string kConfidential = R"({"redirect_uris":["https://app.example/cb"],"client_name":"App"})";

}  // namespace

class RegistrationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegistrationTest);
    CPPUNIT_TEST(aClientWithoutMethodGetsASecret);
    CPPUNIT_TEST(withoutAnRsaKeyClientsAreToldWhatSignsTheirIdTokens);
    CPPUNIT_TEST(everyColumnIsKept);
    CPPUNIT_TEST(theSameMetadataWithoutASecretAreOneClient);
    CPPUNIT_TEST(clientsWithASecretAreNeverShared);
    CPPUNIT_TEST(fiftyAtOnceGetOneClient);
    CPPUNIT_TEST(aClientOfTheReferenceIsFoundByItsDigest);
    CPPUNIT_TEST(aDigestThatASecretClientHasIsNotShared);
    CPPUNIT_TEST(theDeviceGrantIsDroppedWhileItIsOff);
    CPPUNIT_TEST(metadataBeyondTheColumnsAreKept);
    CPPUNIT_TEST(localizedMembersAreAnswered);
    CPPUNIT_TEST(thePolicyDecides);
    CPPUNIT_TEST(countsWhatBecameOfRequests);
    CPPUNIT_TEST(bodiesThatAreNoJsonAreRefused);
    CPPUNIT_TEST(attack29TheLimiterHoldsPerAddress);
    CPPUNIT_TEST(attack29NamesThatLookLikeOthersAreLogged);
    CPPUNIT_TEST(attack29ThousandsOfTheSameAreOneClientWhichIsRenewed);
    CPPUNIT_TEST(attack25TheDatabaseHoldsNeitherSecretNorToken);
    CPPUNIT_TEST_SUITE_END();

    void aClientWithoutMethodGetsASecret() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const auto response = world.post(kConfidential);
        CPPUNIT_ASSERT_EQUAL(201, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), std::string(*response.headers.get("Cache-Control")));
        CPPUNIT_ASSERT_EQUAL(std::string("client_secret_basic"), member(response, "token_endpoint_auth_method"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), member(response, "client_secret_expires_at"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(64), member(response, "client_secret").size());
        const std::string id = member(response, "client_id");
        CPPUNIT_ASSERT_EQUAL("https://auth.example/base/oauth2/registration/" + id, member(response, "registration_client_uri"));
        CPPUNIT_ASSERT(member(response, "registration_access_token").size() >= 43);
        CPPUNIT_ASSERT_EQUAL(std::to_string(Ulid::parse(id)->time().us / 1'000'000), member(response, "client_id_issued_at"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["authorization_code"])"), member(response, "grant_types"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["code"])"), member(response, "response_types"));
        const auto client = world.client(id);
        CPPUNIT_ASSERT_EQUAL(member(response, "client_secret"), *world.encrypter.decrypt(*client->encryptedSecret));
        CPPUNIT_ASSERT_EQUAL(std::string("client_secret_basic"), *client->tokenEndpointAuthMethod);
        CPPUNIT_ASSERT(!client->isStatic && client->grantAuthorizationCode && !client->grantRefreshToken);
    }

    void withoutAnRsaKeyClientsAreToldWhatSignsTheirIdTokens() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        world.keys.all = {jose::Key::parsePrivate(jose::test::kP256Pkcs8)};
        const auto response = world.post(kConfidential);
        CPPUNIT_ASSERT_EQUAL(std::string("ES256"), member(response, "id_token_signed_response_alg"));
        CPPUNIT_ASSERT(world.client(member(response, "client_id")).value().idTokenSignedResponseAlg == "ES256");
        world.keys.all.push_back(jose::Key::parsePrivate(jose::test::kRsaPkcs8));
        CPPUNIT_ASSERT_EQUAL(std::string(), member(world.post(kConfidential), "id_token_signed_response_alg"));
    }

    void everyColumnIsKept() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const auto response = world.post(R"({"redirect_uris":["https://app.example"],"application_type":"native","client_name":"N","logo_uri":"https://app.example/l",
            "client_uri":"https://app.example","policy_uri":"https://app.example/p","tos_uri":"https://app.example/t","initiate_login_uri":"https://app.example/i",
            "token_endpoint_auth_method":"private_key_jwt","token_endpoint_auth_signing_alg":"EdDSA",
            "jwks":{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]},
            "grant_types":["authorization_code","refresh_token","client_credentials","urn:ietf:params:oauth:grant-type:device_code","password"]})");
        CPPUNIT_ASSERT_EQUAL(201, response.status);
        const auto client = world.client(member(response, "client_id"));
        Client expected;
        expected.id = client->id;
        expected.applicationType = "native";
        expected.redirectUris = {"https://app.example/"};
        expected.grantAuthorizationCode = expected.grantRefreshToken = expected.grantClientCredentials = expected.grantDeviceCode = true;
        expected.name = "N";
        expected.logoUri = "https://app.example/l";
        expected.clientUri = "https://app.example/";
        expected.policyUri = "https://app.example/p";
        expected.tosUri = "https://app.example/t";
        expected.jwks = client->jwks;
        expected.tokenEndpointAuthMethod = "private_key_jwt";
        expected.tokenEndpointAuthSigningAlg = "EdDSA";
        expected.initiateLoginUri = "https://app.example/i";
        CPPUNIT_ASSERT(expected == *client);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), jose::KeySet::parse(*client->jwks)->keys().size());
        CPPUNIT_ASSERT(member(response, "client_secret").empty() && member(response, "registration_access_token").empty());
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["authorization_code","refresh_token","client_credentials","urn:ietf:params:oauth:grant-type:device_code"])"), member(response, "grant_types"));
    }

    void theSameMetadataWithoutASecretAreOneClient() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const auto first = world.post(kPublic);
        const auto second = world.post(R"({"token_endpoint_auth_method":"none","redirect_uris":["https://APP.example:443/cb"],"what":"ever"})");
        CPPUNIT_ASSERT_EQUAL(201, second.status);
        CPPUNIT_ASSERT_EQUAL(std::string(first.content()), std::string(second.content()));
        CPPUNIT_ASSERT_EQUAL(kPublicDigest, world.sql("SELECT metadata_digest FROM oauth2_clients"));
        CPPUNIT_ASSERT(member(first, "client_id") != member(world.post(R"({"redirect_uris":["https://app.example/cb2"],"token_endpoint_auth_method":"none"})"), "client_id"));
        for (const char* absent : {"client_secret", "client_secret_expires_at", "registration_access_token", "registration_client_uri"}) CPPUNIT_ASSERT_MESSAGE(absent, !test::object(first)->has(absent));
    }

    void clientsWithASecretAreNeverShared() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        CPPUNIT_ASSERT(member(world.post(kConfidential), "client_id") != member(world.post(kConfidential), "client_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world.sql("SELECT count(*) FROM oauth2_clients WHERE metadata_digest IS NULL"));
    }

    void fiftyAtOnceGetOneClient() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        std::mutex mutex;
        std::set<std::string> answers;
        std::vector<std::thread> threads;
        // The fakes are not thread-safe, and need not be: what races is the database.
        class Quiet final : public RateLimiter {
            std::optional<int> take(Bucket, std::string_view) override { return std::nullopt; }
        } limiter;
        class Silent final : public Policy {
            GrantDecision grant(const GrantRequest&) override { return {}; }
            PolicyViolations registration(const RegistrationRequest&) override { return {}; }
            PolicyViolations email(const EmailRequest&) override { return {}; }
            PolicyViolations compatLogin(const CompatLoginRequest&) override { return {}; }
            PolicyViolations clientRegistration(const ClientRegistrationRequest&) override { return {}; }
        } policy;
        const test::FakeKeys keys;
        const Registrar registrar(world.encrypter, keys, policy, {{"https://auth.example/", "https://auth.example/"}, true});
        const Registration registration(world.store(), limiter, registrar, world.metrics);
        for (int i = 0; i < 50; ++i) {
            threads.emplace_back([&] {
                http::Request request;
                request.body = kPublic;
                request.headers.set("Content-Type", "application/json");
                const auto response = registration.post(request);
                const std::lock_guard lock(mutex);
                answers.insert(std::to_string(response.status) + std::string(response.content()));
            });
        }
        for (std::thread& each : threads) each.join();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), answers.size());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world.sql("SELECT count(*) FROM oauth2_clients"));
    }

    void aClientOfTheReferenceIsFoundByItsDigest() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        world.sql("INSERT INTO oauth2_clients (oauth2_client_id, grant_type_authorization_code, grant_type_refresh_token, grant_type_client_credentials, grant_type_device_code, "
                  "redirect_uris, token_endpoint_auth_method, metadata_digest) VALUES ('01890a5d-ac96-774b-bcce-b302099a8057', true, false, false, false, "
                  "'{https://app.example/cb}', 'none', '" + kPublicDigest + "')");
        const auto response = world.post(kPublic);
        CPPUNIT_ASSERT_EQUAL(Ulid::parseUuid("01890a5d-ac96-774b-bcce-b302099a8057")->text(), member(response, "client_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("1688096058"), member(response, "client_id_issued_at"));
        CPPUNIT_ASSERT_EQUAL(std::string(response.content()), std::string(world.post(kPublic).content()));
    }

    void aDigestThatASecretClientHasIsNotShared() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        world.sql("INSERT INTO oauth2_clients (oauth2_client_id, encrypted_client_secret, grant_type_authorization_code, grant_type_refresh_token, grant_type_client_credentials, "
                  "grant_type_device_code, redirect_uris, metadata_digest) VALUES ('01890a5d-ac96-774b-bcce-b302099a8057', 'x', true, false, false, false, '{}', '" + kPublicDigest + "')");
        const auto response = world.post(kPublic);
        CPPUNIT_ASSERT_EQUAL(201, response.status);
        CPPUNIT_ASSERT(member(response, "client_id") != Ulid::parseUuid("01890a5d-ac96-774b-bcce-b302099a8057")->text());
    }

    void theDeviceGrantIsDroppedWhileItIsOff() {
        if (!latchkey::test::postgresAvailable()) return;
        World world(false);
        const std::string json = R"({"redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"none","grant_types":["authorization_code","urn:ietf:params:oauth:grant-type:device_code"]})";
        const auto response = world.post(json);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["authorization_code"])"), member(response, "grant_types"));
        CPPUNIT_ASSERT(!world.client(member(response, "client_id"))->grantDeviceCode);
        CPPUNIT_ASSERT_EQUAL(hex(sha256(ClientMetadata::parse(json).canonical())), world.sql("SELECT metadata_digest FROM oauth2_clients"));
    }

    void metadataBeyondTheColumnsAreKept() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const auto response = world.post(R"({"redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"none","post_logout_redirect_uris":["https://app.example/out"],
            "require_pushed_authorization_requests":true})");
        const auto registration = world.store().reading()->clients().registration(*Ulid::parse(member(response, "client_id")));
        CPPUNIT_ASSERT_EQUAL(std::string(), registration->accessTokenDigest);
        const std::string expected = R"("require_pushed_authorization_requests":true,"post_logout_redirect_uris":["https://app.example/out"])";
        CPPUNIT_ASSERT(registration->metadata.find(expected) != std::string::npos);
        CPPUNIT_ASSERT(response.content().find(expected) != std::string::npos);
    }

    void localizedMembersAreAnswered() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const auto response = world.post(R"({"redirect_uris":["https://app.example/cb"],"client_name":"App","client_name#DE-ch":"Anwendung"})");
        CPPUNIT_ASSERT_EQUAL(std::string("Anwendung"), member(response, "client_name#de-CH"));
        CPPUNIT_ASSERT_EQUAL(std::string("App"), *world.client(member(response, "client_id"))->name);
    }

    void thePolicyDecides() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        world.post(R"({"client_name#de":"B","redirect_uris":["https://App.example/cb"],"client_name":"A"})");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"redirect_uris":["https://app.example/cb"],"client_name":"A","client_name#de":"B"})"), world.policy.asked);
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), *world.policy.requester.ipAddress);
        CPPUNIT_ASSERT_EQUAL(std::string("test/1"), *world.policy.requester.userAgent);
        world.policy.answer = {{.message = "no \"thanks\"", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_client_metadata"), outcome([&] { return world.post(kPublic); }));
        world.policy.answer.push_back({.message = "bad redirect_uri", .code = {}, .field = {}, .redirectUri = true, .needToRemove = {}});
        try {
            world.post(kPublic);
            CPPUNIT_FAIL("accepted");
        } catch (const OAuthError& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("invalid_redirect_uri"), error.code());
            CPPUNIT_ASSERT_EQUAL(std::string("no 'thanks'; bad redirect_uri"), error.description());
        }
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world.sql("SELECT count(*) FROM oauth2_clients"));
    }

    void countsWhatBecameOfRequests() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        for (int i = 0; i < 3; ++i) world.post(kPublic);
        for (int i = 0; i < 2; ++i) world.post(kConfidential);
        world.policy.answer = {{.message = "no", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
        outcome([&] { return world.post(kPublic); });
        MetricsWriter writer;
        world.metrics.collect(writer);
        for (const char* line : {"{result=\"created\"} 3\n", "{result=\"reused\"} 2\n", "{result=\"denied\"} 1\n"}) {
            CPPUNIT_ASSERT_MESSAGE(writer.text(), writer.text().find("mas_oauth2_registration_request_total" + std::string(line)) != std::string::npos);
        }
    }

    void bodiesThatAreNoJsonAreRefused() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), outcome([&] { return world.post("client_name=x"); }));
        for (const char* type : {"application/x-www-form-urlencoded", "text/plain", ""}) {
            world.contentType = type;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(type, std::string("400 invalid_request"), outcome([&] { return world.post(kPublic); }));
        }
    }

    void attack29NamesThatLookLikeOthersAreLogged() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        std::string log;
        const auto logged = [&](const std::string& json) {
            log.clear();
            log::setSink([](std::string_view line, void* to) { static_cast<std::string*>(to)->append(line); }, &log);
            const auto made = world.post(json);
            log::setSink(nullptr, nullptr);
            CPPUNIT_ASSERT_EQUAL(201, made.status);
            const bool found = log.find("oauth2.lookalike_name") != std::string::npos;
            CPPUNIT_ASSERT_EQUAL(found, log.find(member(made, "client_id")) != std::string::npos);
            return found;
        };
        const auto named = [](const std::string& base, const std::string& names) { return base.substr(0, base.rfind('}')) + "," + names + "}"; };
        for (const std::string& base : {kPublic, std::string(R"({"redirect_uris":["https://app.example/cb"]})")}) {
            CPPUNIT_ASSERT(logged(named(base, R"("client_name":"\u0415lement")")));
            CPPUNIT_ASSERT(logged(named(base, R"("client_name":"Element","client_name#fr":"\u0415lement")")));
            CPPUNIT_ASSERT(!logged(named(base, R"("client_name":"Element","client_name#ru":"\u042d\u043b\u0435\u043c\u0435\u043d\u0442")")));
        }
    }

    void attack29TheLimiterHoldsPerAddress() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        world.limiter.most = 2;
        for (int i = 0; i < 2; ++i) CPPUNIT_ASSERT_EQUAL(201, world.post(kConfidential).status);
        const auto refused = world.post(kConfidential);
        CPPUNIT_ASSERT_EQUAL(429, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("7"), std::string(*refused.headers.get("Retry-After")));
        CPPUNIT_ASSERT_EQUAL(std::string("slow_down"), member(refused, "error"));
        world.clientIp = std::nullopt;
        CPPUNIT_ASSERT_EQUAL(201, world.post(kConfidential).status);
        CPPUNIT_ASSERT_EQUAL(1, world.limiter.taken["unknown"]);
        CPPUNIT_ASSERT_EQUAL(std::string("3"), world.sql("SELECT count(*) FROM oauth2_clients"));
    }

    void attack29ThousandsOfTheSameAreOneClientWhichIsRenewed() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const std::string id = member(world.post(kPublic), "client_id");
        world.sql("UPDATE latchkey_client_registrations SET updated_at = now() - interval '100 days'");
        for (int i = 0; i < 2'000; ++i) CPPUNIT_ASSERT_EQUAL(id, member(world.post(kPublic), "client_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world.sql("SELECT count(*) FROM oauth2_clients"));
        CPPUNIT_ASSERT_EQUAL(std::string("t"), world.sql("SELECT updated_at > now() - interval '1 hour' FROM latchkey_client_registrations"));
    }

    void attack25TheDatabaseHoldsNeitherSecretNorToken() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const auto response = world.post(kConfidential);
        const std::string rows = world.sql("SELECT (SELECT string_agg(c::text, '') FROM oauth2_clients c) || (SELECT string_agg(r::text, '') FROM latchkey_client_registrations r)");
        CPPUNIT_ASSERT(rows.find(member(response, "client_secret")) == std::string::npos);
        CPPUNIT_ASSERT(rows.find(member(response, "registration_access_token")) == std::string::npos);
        CPPUNIT_ASSERT(rows.find(tokenDigest(member(response, "registration_access_token"))) != std::string::npos);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationTest);

}  // namespace latchkey::oauth2
