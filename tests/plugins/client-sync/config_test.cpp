// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/key_set.h"
#include "kernel/error.h"
#include "plugins/client-sync/json_text.h"
#include "tests/plugins/client-sync/clients_yaml.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::clients {

using test::Read;

namespace {

const std::string kId = "01HFRQHW4KD7CMFTP8Q3FKSN2E";
std::string client(const std::string& members) { return "clients:\n- {client_id: " + kId + ", " + members + "}\n"; }

}  // namespace

class StaticClientsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StaticClientsTest);
    CPPUNIT_TEST(aClientMayDoEverything);
    CPPUNIT_TEST(secretsAreTrimmedAndReadLate);
    CPPUNIT_TEST(keysBecomeJson);
    CPPUNIT_TEST(everyMistakeIsNamed);
    CPPUNIT_TEST(jsonIsComparedByMeaning);
    CPPUNIT_TEST_SUITE_END();

    void aClientMayDoEverything() {
        const Read read(client("client_name: App, client_auth_method: none, redirect_uris: ['HTTPS://App.example', 'com.app:/cb']"));
        CPPUNIT_ASSERT(!read.problems.failed() && read.problems.warnings().empty());
        Client expected;
        expected.id = *Ulid::parse(kId);
        expected.name = "App";
        expected.tokenEndpointAuthMethod = "none";
        expected.redirectUris = {"https://app.example/", "com.app:/cb"};
        expected.grantAuthorizationCode = expected.grantRefreshToken = expected.grantClientCredentials = expected.grantDeviceCode = true;
        expected.isStatic = true;
        CPPUNIT_ASSERT(expected == read.clients.at(0).client);
        CPPUNIT_ASSERT(!read.clients.at(0).readSecret());
    }

    void secretsAreTrimmedAndReadLate() {
        const latchkey::test::TemporaryDirectory directory;
        const Read read(client("client_auth_method: client_secret_basic, client_secret_file: " + directory.path() + "/secret"));
        CPPUNIT_ASSERT(!read.problems.failed());
        CPPUNIT_ASSERT_THROW(read.clients.at(0).readSecret(), ConfigError);
        directory.write("secret", " \n s3cret \r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("s3cret"), *read.clients.at(0).readSecret());
        directory.write("secret", " \n");
        CPPUNIT_ASSERT_THROW(read.clients.at(0).readSecret(), ConfigError);
        CPPUNIT_ASSERT_EQUAL(std::string("in line"), *Read(client("client_auth_method: client_secret_post, client_secret: ' in line '")).clients.at(0).readSecret());
    }

    void keysBecomeJson() {
        const Read read(client("client_auth_method: private_key_jwt, jwks: {keys: [{kty: OKP, crv: Ed25519, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo, kid: 'a\"b', extra: [1, true, null, 2.5]}]}"));
        CPPUNIT_ASSERT(!read.problems.failed());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a\"b","extra":[1,true,null,2.5]}]})"),
                             *read.clients.at(0).client.jwks);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), jose::KeySet::parse(*read.clients.at(0).client.jwks)->keys().size());
        const Read useless(client("client_auth_method: private_key_jwt, jwks: {keys: []}"));
        CPPUNIT_ASSERT(!useless.problems.failed());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), useless.problems.warnings().size());
    }

    void everyMistakeIsNamed() {
        const std::pair<std::string, const char*> rows[] = {
            {"clients:\n- {client_auth_method: none}\n", "clients[0].client_id"},
            {"clients:\n- {client_id: nope, client_auth_method: none}\n", "is not a ULID"},
            {client("client_name: x"), "clients[0].client_auth_method"},
            {client("client_auth_method: password"), "clients[0].client_auth_method"},
            {client("client_auth_method: client_secret_basic"), "needs `client_secret`"},
            {client("client_auth_method: none, client_secret: x"), "clients[0].client_secret"},
            {client("client_auth_method: private_key_jwt, client_secret: x, jwks_uri: 'https://a.example'"), "clients[0].client_secret"},
            {client("client_auth_method: client_secret_jwt, client_secret: x, client_secret_file: y"), "exclusive"},
            {client("client_auth_method: private_key_jwt"), "needs `jwks` or `jwks_uri`"},
            {client("client_auth_method: private_key_jwt, jwks: {keys: []}, jwks_uri: 'https://a.example'"), "are exclusive"},
            {client("client_auth_method: private_key_jwt, jwks: []"), "must be a JWK set"},
            {client("client_auth_method: none, jwks: {keys: []}"), "clients[0].jwks"},
            {client("client_auth_method: none, jwks_uri: 'https://a.example'"), "clients[0].jwks_uri"},
            {client("client_auth_method: none, redirect_uris: [nope]"), "is not an absolute URL"},
            {client("client_auth_method: none") + "- {client_id: " + kId + ", client_auth_method: none}\n", "is that of clients[0], too"},
        };
        for (const auto& [yaml, part] : rows) {
            const Read read(yaml);
            std::string all;
            for (const std::string& each : read.problems.errors()) all += each + "\n";
            CPPUNIT_ASSERT_MESSAGE(yaml + "→ " + all, all.find(part) != std::string::npos);
        }
    }

    void jsonIsComparedByMeaning() {
        CPPUNIT_ASSERT(sameJson(R"({"a": 1, "b": [1, 2]})", R"({"b":[1,2],"a":1})"));
        CPPUNIT_ASSERT(!sameJson(R"({"a":1})", R"({"a":2})") && !sameJson(R"([1,2])", R"([2,1])") && !sameJson("{", "{"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StaticClientsTest);

}  // namespace latchkey::clients
