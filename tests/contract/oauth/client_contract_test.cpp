// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "tests/contract/oauth/world.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::contract {

class ClientContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientContractTest);
    CPPUNIT_TEST(keepsEveryField);
    CPPUNIT_TEST(keepsAClientWithNothingSet);
    CPPUNIT_TEST(findsByMetadataDigestUnlessThereIsASecret);
    CPPUNIT_TEST(aTakenDigestIsAConflictThatLeavesTheWorkUsable);
    CPPUNIT_TEST(registeringTheSameHasOneWinnerOfFifty);
    CPPUNIT_TEST(updatesDynamicClientsOnlyAndForgetsTheirDigest);
    CPPUNIT_TEST(removesWithAllThatBelongsToIt);
    CPPUNIT_TEST(removingHasOneWinnerOfFifty);
    CPPUNIT_TEST(removingHasTheDevicesOfAllWhoHadASessionGo);
    CPPUNIT_TEST(makesADynamicClientStatic);
    CPPUNIT_TEST(listsStaticClients);
    CPPUNIT_TEST(keepsARegistrationToTheLetter);
    CPPUNIT_TEST(refusesAnAssertionTwice);
    CPPUNIT_TEST(forgetsAssertionsThatAreLongOver);
    CPPUNIT_TEST(anAssertionHasOneWinnerOfFifty);
    CPPUNIT_TEST(refusesJwksAndJwksUriTogether);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    Client full() {
        return {.id = world_->id(),
                .encryptedSecret = "c2VjcmV0",
                .applicationType = "web",
                .redirectUris = {"https://b.example/cb", "https://a.example/cb?x={1},\"2\""},
                .grantAuthorizationCode = true,
                .grantRefreshToken = false,
                .grantClientCredentials = true,
                .grantDeviceCode = false,
                .name = "Client „eins“",
                .logoUri = "https://a.example/logo",
                .clientUri = "https://a.example/",
                .policyUri = "https://a.example/policy",
                .tosUri = "https://a.example/tos",
                .jwksUri = std::nullopt,
                .jwks = R"({"keys": []})",
                .idTokenSignedResponseAlg = "RS256",
                .userinfoSignedResponseAlg = "ES256",
                .tokenEndpointAuthMethod = "private_key_jwt",
                .tokenEndpointAuthSigningAlg = "PS256",
                .initiateLoginUri = "https://a.example/login",
                .isStatic = false};
    }

    Client bare() {
        Client client;
        client.id = world_->id();
        return client;
    }

    void keepsEveryField() {
        if (!world_) return;
        Client client = full();
        const auto work = world_->store().begin();
        work->clients().add(client, "d1", world_->now);
        CPPUNIT_ASSERT(work->clients().find(client.id) == client);
        client.jwks.reset();
        client.jwksUri = "https://a.example/keys";
        client.grantRefreshToken = client.grantDeviceCode = true;
        client.grantAuthorizationCode = client.grantClientCredentials = false;
        CPPUNIT_ASSERT(work->clients().update(client));
        CPPUNIT_ASSERT(work->clients().find(client.id) == client);
    }

    void keepsAClientWithNothingSet() {
        if (!world_) return;
        const Client client = bare();
        const auto work = world_->store().begin();
        work->clients().add(client, std::nullopt, world_->now);
        work->clients().add(bare(), std::nullopt, world_->now);  // no digest conflicts with no digest
        CPPUNIT_ASSERT(work->clients().find(client.id) == client);
        CPPUNIT_ASSERT(!work->clients().find(world_->id()));
    }

    void findsByMetadataDigestUnlessThereIsASecret() {
        if (!world_) return;
        const Client secret = full();
        const Client open = bare();
        const auto work = world_->store().begin();
        work->clients().add(secret, "d1", world_->now);
        work->clients().add(open, "d2", world_->now);
        CPPUNIT_ASSERT(!work->clients().findByMetadataDigest("d1"));
        CPPUNIT_ASSERT(work->clients().findByMetadataDigest("d2") == open);
        CPPUNIT_ASSERT(!work->clients().findByMetadataDigest("d3"));
    }

    void aTakenDigestIsAConflictThatLeavesTheWorkUsable() {
        if (!world_) return;
        const Client first = bare();
        const auto work = world_->store().begin();
        work->clients().add(first, "d1", world_->now);
        CPPUNIT_ASSERT_THROW(work->clients().add(bare(), "d1", world_->now), Conflict);
        CPPUNIT_ASSERT(work->clients().findByMetadataDigest("d1") == first);
        work->commit();
        CPPUNIT_ASSERT(world_->store().begin()->clients().find(first.id).has_value());
    }

    void registeringTheSameHasOneWinnerOfFifty() {
        if (!world_) return;
        const int won = world_->winners([&](UnitOfWork& work) {
            try {
                work.clients().add(bare(), "d1", world_->now);
                return true;
            } catch (const Conflict&) {
                return false;
            }
        });
        CPPUNIT_ASSERT_EQUAL(1, won);
    }

    void updatesDynamicClientsOnlyAndForgetsTheirDigest() {
        if (!world_) return;
        Client client = bare();
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(!work->clients().update(client));
        work->clients().add(client, "d1", world_->now);
        client.name = "renamed";
        CPPUNIT_ASSERT(work->clients().update(client));
        CPPUNIT_ASSERT(!work->clients().findByMetadataDigest("d1"));
        work->clients().upsertStatic(client, world_->now);
        client.name = "again";
        CPPUNIT_ASSERT(!work->clients().update(client));
        CPPUNIT_ASSERT(work->clients().find(client.id)->name == "renamed");
    }

    void removesWithAllThatBelongsToIt() {
        if (!world_) return;
        const Ulid user = world_->user();
        const OAuthSession kept = world_->session(user);
        world_->access(kept.id, "mat_kept");
        const OAuthSession session = world_->session(user);
        const AccessToken access = world_->access(session.id, "mat_a_1");
        const RefreshToken first = world_->refresh(session.id, access.id, "mar_a_1");
        const RefreshToken second = world_->refresh(session.id, access.id, "mar_a_2");
        const std::string id = session.clientId.uuid();
        world_->commit([&](UnitOfWork& work) {
            work.tokens().consume(first.id, second.id, world_->now);
            work.clients().setRegistration(session.clientId, {"digest", "{}"}, world_->now);
            work.clients().rememberAssertion(session.clientId, "jti", later(currentTime(), 60));
            work.oauthSessions().rememberConsent(user, session.clientId, session.scope, world_->now);
            work.authorizationGrants().push("urn:x", session.clientId, "{}", later(world_->now, 60));
        });
        world_->sql("INSERT INTO oauth2_authorization_grants (oauth2_authorization_grant_id, oauth2_client_id, oauth2_session_id, redirect_uri, scope, response_mode, "
                    "response_type_code, response_type_id_token, created_at, fulfilled_at) VALUES (gen_random_uuid(), '" + id + "', '" + session.id.uuid() +
                    "', 'https://x/', 'openid', 'query', false, true, now(), now());"
                    "INSERT INTO oauth2_device_code_grant (oauth2_device_code_grant_id, oauth2_client_id, scope, user_code, device_code, created_at, expires_at) "
                    "VALUES (gen_random_uuid(), '" + id + "', 'openid', 'A', 'B', now(), now());"
                    "INSERT INTO personal_sessions (personal_session_id, owner_oauth2_client_id, actor_user_id, human_name, scope_list, created_at) "
                    "VALUES ('" + id + "', '" + id + "', '" + user.uuid() + "', 'x', '{}', now());"
                    "INSERT INTO personal_access_tokens (personal_access_token_id, personal_session_id, access_token_sha256, created_at) "
                    "VALUES (gen_random_uuid(), '" + id + "', sha256('x'), now())");
        world_->commit([&](UnitOfWork& work) { CPPUNIT_ASSERT(work.clients().remove(session.clientId)); });
        for (const char* table : {"oauth2_authorization_grants", "oauth2_device_code_grant", "oauth2_refresh_tokens", "personal_sessions", "personal_access_tokens",
                                  "latchkey_client_registrations", "latchkey_client_assertions", "latchkey_consents", "latchkey_pushed_requests"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::string("0"), world_->sql(std::string("SELECT count(*) FROM ") + table));
        }
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(!work->clients().find(session.clientId) && !work->tokens().findAccess("mat_a_1") && !work->oauthSessions().find(session.id));
        CPPUNIT_ASSERT(work->tokens().findAccess("mat_kept").has_value());
        CPPUNIT_ASSERT(!work->clients().remove(session.clientId));
    }

    void removingHasOneWinnerOfFifty() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.clients().remove(session.clientId).has_value(); }));
    }

    void removingHasTheDevicesOfAllWhoHadASessionGo() {
        if (!world_) return;
        const Ulid alice = world_->user("alice"), bob = world_->user("bob"), carol = world_->user("carol"), dora = world_->user("dora");
        const OAuthSession first = world_->session(alice);
        const auto another = [&](const Ulid& user) {
            OAuthSession session = first;
            session.id = world_->id();
            session.userId = user;
            world_->commit([&](UnitOfWork& work) { work.oauthSessions().add(session); });
            return session;
        };
        another(alice);
        another(bob);
        const OAuthSession ended = another(carol);
        world_->commit([&](UnitOfWork& work) { work.oauthSessions().finish(ended.id, world_->now); });
        world_->session(carol);  // of another client
        world_->sql("INSERT INTO personal_sessions (personal_session_id, owner_oauth2_client_id, actor_user_id, human_name, scope_list, created_at) "
                    "VALUES (gen_random_uuid(), '" + first.clientId.uuid() + "', '" + dora.uuid() + "', 'x', '{}', now())");
        world_->commit([&](UnitOfWork& work) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE("two of alice, bob's, dora's", std::int64_t(4), work.clients().remove(first.clientId).value());
        });
        std::vector<std::string> expected{alice.text(), bob.text(), dora.text()};
        std::ranges::sort(expected);
        CPPUNIT_ASSERT_EQUAL(expected[0] + " " + expected[1] + " " + expected[2],
                             world_->sql("SELECT string_agg(payload->>'user_id', ' ' ORDER BY payload->>'user_id' COLLATE \"C\") FROM queue_jobs "
                                         "WHERE queue_name = 'sync-devices' AND status = 'available'"));
        world_->commit([&](UnitOfWork& work) { CPPUNIT_ASSERT(!work.clients().remove(first.clientId)); });
        CPPUNIT_ASSERT_EQUAL(std::string("3"), world_->sql("SELECT count(*) FROM queue_jobs"));
    }

    void makesADynamicClientStatic() {
        if (!world_) return;
        Client client = full();
        const auto work = world_->store().begin();
        work->clients().add(client, "d1", world_->now);
        work->clients().setRegistration(client.id, {"digest", "{}"}, world_->now);
        client.name.reset();
        client.redirectUris.clear();
        client.encryptedSecret.reset();
        client.isStatic = true;
        work->clients().upsertStatic(client, world_->now);
        CPPUNIT_ASSERT(work->clients().find(client.id) == client);
        CPPUNIT_ASSERT(!work->clients().findByMetadataDigest("d1"));
        CPPUNIT_ASSERT(!work->clients().registration(client.id));
    }

    void listsStaticClients() {
        if (!world_) return;
        Client one = full();
        Client two = bare();
        one.isStatic = two.isStatic = true;
        const auto work = world_->store().begin();
        work->clients().add(full(), std::nullopt, world_->now);
        work->clients().upsertStatic(one, world_->now);
        work->clients().upsertStatic(two, world_->now);
        const std::vector<Client> expected = one.id < two.id ? std::vector{one, two} : std::vector{two, one};
        CPPUNIT_ASSERT(work->clients().allStatic() == expected);
    }

    void keepsARegistrationToTheLetter() {
        if (!world_) return;
        const Ulid client = world_->client();
        const std::string metadata = R"({"b" : 1,  "a":"\u0000", "b": 2})";
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(!work->clients().registration(client));
        work->clients().setRegistration(client, {"first", "{}"}, world_->now);
        work->clients().setRegistration(client, {"second", metadata}, world_->now);
        const auto found = work->clients().registration(client);
        CPPUNIT_ASSERT(found->accessTokenDigest == "second" && found->metadata == metadata);
    }

    void refusesAnAssertionTwice() {
        if (!world_) return;
        const Ulid one = world_->client();
        const Ulid other = world_->client();
        const Instant expiry = later(currentTime(), 60);
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->clients().rememberAssertion(one, "jti", expiry));
        CPPUNIT_ASSERT(!work->clients().rememberAssertion(one, "jti", expiry));
        CPPUNIT_ASSERT(!work->clients().rememberAssertion(one, "jti", later(expiry, 60)));
        CPPUNIT_ASSERT(work->clients().rememberAssertion(other, "jti", expiry));
        CPPUNIT_ASSERT(work->clients().rememberAssertion(one, std::string(100'000, 'j'), expiry));
        CPPUNIT_ASSERT(work->clients().rememberAssertion(one, "just over", later(currentTime(), -60)));
        CPPUNIT_ASSERT(!work->clients().rememberAssertion(one, "just over", expiry));  // clocks differ
        CPPUNIT_ASSERT(work->clients().rememberAssertion(one, "long over", later(currentTime(), -900)));
        CPPUNIT_ASSERT(work->clients().rememberAssertion(one, "long over", expiry));
    }

    void forgetsAssertionsThatAreLongOver() {
        if (!world_) return;
        const Ulid client = world_->client();
        const auto remember = [&](const std::string& jti, std::int64_t seconds) {
            world_->commit([&](UnitOfWork& work) { CPPUNIT_ASSERT(work.clients().rememberAssertion(client, jti, later(currentTime(), seconds))); });
        };
        remember("over1", -900);
        remember("over2", -900);
        remember("just over", -60);
        remember("new", 60);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world_->sql("SELECT count(*) FROM latchkey_client_assertions"));
    }

    void anAssertionHasOneWinnerOfFifty() {
        if (!world_) return;
        const Ulid client = world_->client();
        const Instant expiry = later(currentTime(), 600);
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.clients().rememberAssertion(client, "jti", expiry); }));
    }

    void refusesJwksAndJwksUriTogether() {
        if (!world_) return;
        const Ulid client = world_->client();
        world_->sql("UPDATE oauth2_clients SET jwks = '{}', jwks_uri = 'https://x/'");
        CPPUNIT_ASSERT_THROW(world_->store().begin()->clients().find(client), StorageInconsistent);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ClientContractTest);

}  // namespace latchkey::contract
