// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/oauth2/registration/world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::oauth2 {

using test::member;
using test::outcome;
using test::World;

class RegistrationManagementTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegistrationManagementTest);
    CPPUNIT_TEST(getTellsWhatRegistrationTold);
    CPPUNIT_TEST(putReplacesEverything);
    CPPUNIT_TEST(putKeepsOrChangesTheSecretWithTheMethod);
    CPPUNIT_TEST(putChecksWhatRegistrationChecks);
    CPPUNIT_TEST(putMustComeFromTheClientItself);
    CPPUNIT_TEST(deleteTakesTheTokensAlong);
    CPPUNIT_TEST(whateverIsWrongTheAnswerIsTheSame);
    CPPUNIT_TEST(aSharedClientCannotBeManaged);
    CPPUNIT_TEST(aClientThatBecameStaticCannotBeManaged);
    CPPUNIT_TEST(aClientThatWentWhileThePolicyWasAskedIsGone);
    CPPUNIT_TEST_SUITE_END();

    struct Registered {
        std::string id, token, secret, answer;
    };
    static Registered registered(World& world, const std::string& json = R"({"redirect_uris":["https://app.example/cb"],"client_name":"App","contacts":["a@example"]})") {
        const auto response = world.post(json);
        CPPUNIT_ASSERT_EQUAL(201, response.status);
        return {member(response, "client_id"), member(response, "registration_access_token"), member(response, "client_secret"), std::string(response.content())};
    }
    static std::string body(const std::string& id, const std::string& members) { return R"({"client_id":")" + id + R"(","redirect_uris":["https://app.example/new"])" + members + "}"; }

    void getTellsWhatRegistrationTold() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const Registered client = registered(world);
        const auto response = world.manage("GET", client.id, client.token);
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(client.answer, std::string(response.content()));
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), std::string(*response.headers.get("Cache-Control")));
    }

    void putReplacesEverything() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const Registered client = registered(world);
        const auto response = world.manage("PUT", client.id, client.token, body(client.id, R"(,"tos_uri":"https://app.example/t","client_secret":")" + client.secret + "\""));
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(client.secret, member(response, "client_secret"));
        CPPUNIT_ASSERT_EQUAL(client.token, member(response, "registration_access_token"));
        CPPUNIT_ASSERT(!test::object(response)->has("client_name") && !test::object(response)->has("contacts"));
        CPPUNIT_ASSERT_EQUAL(std::string(response.content()), std::string(world.manage("GET", client.id, client.token).content()));
        const auto stored = world.client(client.id);
        CPPUNIT_ASSERT(!stored->name && stored->tosUri == "https://app.example/t" && stored->redirectUris == std::vector<std::string>{"https://app.example/new"});
    }

    void putKeepsOrChangesTheSecretWithTheMethod() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const Registered client = registered(world);
        const auto asPublic = world.manage("PUT", client.id, client.token, body(client.id, R"(,"token_endpoint_auth_method":"none")"));
        CPPUNIT_ASSERT(!test::object(asPublic)->has("client_secret") && !world.client(client.id)->encryptedSecret);
        const auto again = world.manage("PUT", client.id, client.token, body(client.id, R"(,"token_endpoint_auth_method":"client_secret_post")"));
        CPPUNIT_ASSERT(member(again, "client_secret").size() == 64 && member(again, "client_secret") != client.secret);
        CPPUNIT_ASSERT_EQUAL(member(again, "client_secret"), *world.encrypter.decrypt(*world.client(client.id)->encryptedSecret));
    }

    void putChecksWhatRegistrationChecks() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const Registered client = registered(world);
        const auto put = [&](const std::string& json) { return outcome([&] { return world.manage("PUT", client.id, client.token, json); }); };
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_request"), put("[]"));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_redirect_uri"), put(R"({"client_id":")" + client.id + "\"}"));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_client_metadata"), put(body(client.id, R"(,"client_uri":"https://co.uk/")")));
        world.policy.answer = {{.message = "no", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_client_metadata"), put(body(client.id, "")));
        CPPUNIT_ASSERT_EQUAL(client.answer, std::string(world.manage("GET", client.id, client.token).content()));
    }

    void putMustComeFromTheClientItself() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const Registered client = registered(world), other = registered(world);
        const std::string rows[] = {
            R"({"redirect_uris":["https://app.example/new"]})", body(other.id, ""), body("x", ""), body(client.id, R"(,"client_secret":"wrong")"), body(client.id, R"(,"client_secret":1)"),
            body(client.id, R"(,"client_secret":")" + other.secret + "\""), body(client.id, R"(,"registration_access_token":"x")"), body(client.id, R"(,"registration_client_uri":"x")"),
            body(client.id, R"(,"client_secret_expires_at":0)"), body(client.id, R"(,"client_id_issued_at":0)"),
        };
        for (const std::string& json : rows) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(json, std::string("400 invalid_client_metadata"), outcome([&] { return world.manage("PUT", client.id, client.token, json); }));
        }
    }

    void deleteTakesTheTokensAlong() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const Registered client = registered(world), other = registered(world);
        for (const Registered* each : {&client, &other}) {
            const std::string session = Ulid::parse(each->id)->uuid();  // any uuid will do
            world.sql("INSERT INTO oauth2_sessions (oauth2_session_id, oauth2_client_id, scope_list, created_at) VALUES ('" + session + "', '" + session + "', '{openid}', now());"
                      "INSERT INTO oauth2_access_tokens (oauth2_access_token_id, oauth2_session_id, access_token, created_at) VALUES ('" + session + "', '" + session + "', '" + each->id + "', now());"
                      "INSERT INTO oauth2_refresh_tokens (oauth2_refresh_token_id, oauth2_session_id, refresh_token, created_at) VALUES ('" + session + "', '" + session + "', '" + each->id + "', now())");
        }
        world.sql("INSERT INTO users (user_id, username, created_at) VALUES (gen_random_uuid(), 'alice', now()); UPDATE oauth2_sessions SET user_id = (SELECT user_id FROM users)");
        const auto response = world.manage("DELETE", client.id, client.token);
        CPPUNIT_ASSERT_EQUAL(204, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("session.ended actor=system via=oauth2 reason=client_removed count=1 client=" + client.id),
                             world.events.list({"actor", "via", "reason", "count", "client"}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("her devices go", std::string("1"), world.sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'sync-devices'"));
        CPPUNIT_ASSERT(response.content().empty());
        for (const char* table : {"oauth2_clients", "oauth2_sessions", "oauth2_access_tokens", "oauth2_refresh_tokens", "latchkey_client_registrations"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::string("1"), world.sql(std::string("SELECT count(*) FROM ") + table));
        }
        CPPUNIT_ASSERT_EQUAL(401, world.manage("GET", client.id, client.token).status);
        CPPUNIT_ASSERT_EQUAL(401, world.manage("DELETE", client.id, client.token).status);
        CPPUNIT_ASSERT_EQUAL(200, world.manage("GET", other.id, other.token).status);
    }

    void whateverIsWrongTheAnswerIsTheSame() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const Registered client = registered(world), other = registered(world);
        const std::pair<std::string, std::string> rows[] = {
            {client.id, "wrong"}, {client.id, other.token}, {client.id, client.secret}, {"01H00000000000000000000000", client.token}, {"nope", client.token}, {client.id, client.token + "x"}};
        const auto expected = world.manage("GET", client.id, "wrong");
        for (const char* method : {"GET", "PUT", "DELETE"}) {
            for (const auto& [id, token] : rows) {
                const auto response = world.manage(method, id, token, std::string(method) == "PUT" ? body(client.id, "") : "");
                CPPUNIT_ASSERT_EQUAL_MESSAGE(method + id, 401, response.status);
                CPPUNIT_ASSERT_EQUAL(std::string(*expected.headers.get("WWW-Authenticate")), std::string(*response.headers.get("WWW-Authenticate")));
                CPPUNIT_ASSERT_EQUAL(std::string(expected.content()), std::string(response.content()));
            }
        }
        CPPUNIT_ASSERT(expected.headers.get("WWW-Authenticate")->find("invalid_token") != std::string::npos);
        const auto bare = world.manage("GET", client.id, "");
        CPPUNIT_ASSERT_EQUAL(401, bare.status);
        CPPUNIT_ASSERT(bare.headers.get("WWW-Authenticate")->find("error") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(client.answer, std::string(world.manage("GET", client.id, client.token).content()));
    }

    void aSharedClientCannotBeManaged() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const Registered client = registered(world, R"({"redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"none"})");
        for (const char* token : {"x", "sha256$", "\"\""}) CPPUNIT_ASSERT_EQUAL(401, world.manage("DELETE", client.id, token).status);
        CPPUNIT_ASSERT(world.client(client.id).has_value());
    }

    void aClientThatBecameStaticCannotBeManaged() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const Registered client = registered(world);
        world.sql("UPDATE oauth2_clients SET is_static = true");
        for (const char* method : {"GET", "PUT", "DELETE"}) CPPUNIT_ASSERT_EQUAL(401, world.manage(method, client.id, client.token, body(client.id, "")).status);
        CPPUNIT_ASSERT(world.client(client.id).has_value());
    }

    void aClientThatWentWhileThePolicyWasAskedIsGone() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const Registered client = registered(world);
        world.policy.meanwhile = [&] { CPPUNIT_ASSERT_EQUAL(204, world.manage("DELETE", client.id, client.token).status); };
        CPPUNIT_ASSERT_EQUAL(401, world.manage("PUT", client.id, client.token, body(client.id, "")).status);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world.sql("SELECT count(*) FROM latchkey_client_registrations"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationManagementTest);

}  // namespace latchkey::oauth2
