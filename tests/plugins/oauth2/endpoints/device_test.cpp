// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/oauth/round_trips.h"
#include "tests/plugins/oauth2/endpoints/provider_world.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace latchkey::oauth2 {

class DeviceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeviceTest);
    CPPUNIT_TEST(walksTheDeviceFlow);
    CPPUNIT_TEST(grantsTheScopeAndLifetimeThatWereApproved);
    CPPUNIT_TEST(attack27_aDeviceCodeIsBoundToItsClient);
    CPPUNIT_TEST(pushesOnlyValidRequests);
    CPPUNIT_TEST(attack23_aGrantThatIsTakenAwayEndsAtOnce);
    CPPUNIT_TEST(introspectionForTheHomeserverIsOneRoundTrip);
    CPPUNIT_TEST(attack9_comparesSecretsInConstantTime);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_PROVIDER_WORLD

    static Fields polling(const std::string& code) { return {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"}, {"device_code", code}}; }

    void walksTheDeviceFlow() {
        if (!world_) return;
        const Made client = world_->client();
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_scope"), outcome(world_->post("/oauth2/device", {}, client.credentials())));
        const http::Response begun = world_->post("/oauth2/device", {{"scope", "openid"}}, client.credentials());
        CPPUNIT_ASSERT_EQUAL(std::string("device_code expires_in interval user_code verification_uri"), members(begun));
        CPPUNIT_ASSERT(begun.headers.get("Cache-Control") == "no-store");
        const Fields poll = polling(member(begun, "device_code"));
        CPPUNIT_ASSERT_EQUAL(std::string("400 authorization_pending"), outcome(world_->token(client, poll)));
        CPPUNIT_ASSERT_EQUAL(std::string("400 slow_down"), outcome(world_->token(client, poll)));
        const Ulid browser = world_->base.browserSession(world_->base.user());
        world_->base.commit([&](UnitOfWork& work) {
            const auto grant = work.deviceCodeGrants().findByUserCode(member(begun, "user_code"));
            CPPUNIT_ASSERT(work.deviceCodeGrants().fulfil(grant.value().id, browser, {}, currentTime()));
        });
        const http::Response answer = world_->token(client, poll);
        CPPUNIT_ASSERT_EQUAL(std::string("access_token expires_in id_token refresh_token scope token_type"), members(answer));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(client, poll)));
    }

    void grantsTheScopeAndLifetimeThatWereApproved() {
        if (!world_) return;
        const Made client = world_->client();
        const http::Response begun = world_->post("/oauth2/device", {{"scope", "openid email"}}, client.credentials());
        const Ulid browser = world_->base.browserSession(world_->base.user());
        world_->base.commit([&](UnitOfWork& work) {
            const DeviceApproval approval{.scope = contract::scope("openid"), .accessTokenLifetime = Duration::seconds(77)};
            CPPUNIT_ASSERT(work.deviceCodeGrants().fulfil(work.deviceCodeGrants().findByUserCode(member(begun, "user_code")).value().id, browser, approval, currentTime()));
        });
        http::Response answer = world_->token(client, polling(member(begun, "device_code")));
        CPPUNIT_ASSERT_EQUAL(std::string("openid 77"), member(answer, "scope") + " " + member(answer, "expires_in"));
        answer = world_->token(client, {{"grant_type", "refresh_token"}, {"refresh_token", member(answer, "refresh_token")}});
        CPPUNIT_ASSERT_EQUAL(std::string("openid 77"), member(answer, "scope") + " " + member(answer, "expires_in"));
    }

    void attack27_aDeviceCodeIsBoundToItsClient() {
        if (!world_) return;
        const Made client = world_->client(), other = world_->client();
        const Fields poll = polling(member(world_->post("/oauth2/device", {{"scope", "openid"}}, client.credentials()), "device_code"));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(other, poll)));
        world_->base.sql("UPDATE oauth2_device_code_grant SET expires_at = now() - interval '1 second'");
        CPPUNIT_ASSERT_EQUAL(std::string("400 expired_token"), outcome(world_->token(client, poll)));
    }

    void pushesOnlyValidRequests() {
        if (!world_) return;
        const Made client = world_->client();
        const Fields valid = {{"response_type", "code"}, {"redirect_uri", ProviderWorld::kRedirectUri}, {"scope", "openid"}};
        const http::Response pushed = world_->post("/oauth2/par", valid, client.credentials());
        CPPUNIT_ASSERT_EQUAL(201, pushed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("expires_in request_uri"), members(pushed));
        CPPUNIT_ASSERT(world_->base.sql("SELECT count(*) FROM latchkey_pushed_requests WHERE parameters::text LIKE '%client_secret%'") == "0");
        Fields elsewhere = valid;
        elsewhere[1].second = "https://evil.example/";
        CPPUNIT_ASSERT_EQUAL(400, world_->post("/oauth2/par", elsewhere, client.credentials()).status);
        CPPUNIT_ASSERT_EQUAL(std::string("401 invalid_client"), outcome(world_->post("/oauth2/par", valid, {{"client_id", client.client.clientId()}, {"client_secret", "x"}})));
    }

    void attack23_aGrantThatIsTakenAwayEndsAtOnce() {
        if (!world_) return;
        const Made client = world_->client();
        const http::Response answer = world_->token(client, world_->exchange(world_->allow(client, world_->base.user())));
        world_->base.sql("UPDATE oauth2_clients SET grant_type_refresh_token = false");
        const Fields refresh = {{"grant_type", "refresh_token"}, {"refresh_token", member(answer, "refresh_token")}};
        CPPUNIT_ASSERT_EQUAL(std::string("400 unauthorized_client"), outcome(world_->token(client, refresh)));
        world_->base.sql("UPDATE oauth2_clients SET grant_type_refresh_token = true, grant_type_authorization_code = false, grant_type_device_code = false");
        const Made without{*world_->base.store().reading()->clients().find(client.client.id), client.secret};
        const Allowed allowed = world_->allow(without, world_->base.user("bob"));
        CPPUNIT_ASSERT_EQUAL(std::string("400 unauthorized_client"), outcome(world_->token(without, world_->exchange(allowed))));
        CPPUNIT_ASSERT_EQUAL(std::string("400 unauthorized_client"), outcome(world_->post("/oauth2/device", {{"scope", "openid"}}, client.credentials())));
        world_->base.sql("UPDATE users SET locked_at = now()");
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(client, refresh)));
        for (const char* token : {"access_token", "refresh_token"}) CPPUNIT_ASSERT_MESSAGE(token, !active(world_->introspect(member(answer, token))));
    }

    // The first one notes the first use as well.
    void introspectionForTheHomeserverIsOneRoundTrip() {
        if (!world_) return;
        const Made client = world_->client();
        const std::string token = member(world_->token(client, world_->exchange(world_->allow(client, world_->base.user()))), "access_token");
        pg::PoolLimits one;
        one.maxConnections = 1;
        pg::Pool pool(pg::ConnectOptions::parse(world_->base.conninfo()), one);
        pg::PgStore store(pool);
        Provider provider(world_->settings, {store, world_->encrypter, world_->keys, world_->policy, world_->noLimits, world_->recorder, {}});
        http::Request request;
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.headers.set("Authorization", "Bearer homeserver-secret");
        request.body = formEncode({{"token", token}});
        for (const int expected : {2, 1, 1}) CPPUNIT_ASSERT_EQUAL(expected, contract::roundTrips(pool, [&] { CPPUNIT_ASSERT(active(provider.introspection.post(request))); }));
    }

    // No line may compare something whose name says that it is a secret with == or !=.
    void attack9_comparesSecretsInConstantTime() {
        int files = 0;
        for (const char* folder : {"/plugins/oauth2", "/plugins/account/session", "/domain/oauth2", "/domain/token"}) {
            for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(LATCHKEY_SOURCE_DIR) + folder)) {
                if (entry.path().extension() != ".cpp") continue;
                ++files;
                std::ifstream in(entry.path());
                for (std::string line; std::getline(in, line);) CPPUNIT_ASSERT_MESSAGE(entry.path().string() + ": " + line, !comparesSecret(line));
            }
        }
        CPPUNIT_ASSERT(files > 30);
        CPPUNIT_ASSERT(comparesSecret("if (credentials.secret == secret)") && comparesSecret("return token_ != given;"));
    }

    static bool comparesSecret(const std::string& line) {
        std::istringstream words(line);
        std::string before, word;
        const auto secret = [](std::string text) {
            while (!text.empty() && std::string_view("();&|!,").find(text.back()) != std::string_view::npos) text.pop_back();
            for (const char* end : {"secret", "token_", "digest", "Secret", "verifier", "challenge"}) {
                if (text.ends_with(end)) return true;
            }
            return false;
        };
        for (; words >> word; before = word) {
            if (word != "==" && word != "!=") continue;
            std::string after;
            words >> after;
            if (secret(before) || secret(after)) return true;
        }
        return false;
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DeviceTest);

}  // namespace latchkey::oauth2
