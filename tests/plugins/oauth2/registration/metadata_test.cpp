// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"
#include "plugins/oauth2/registration/client_metadata.h"
#include "plugins/oauth2/registration/metadata_lists.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::oauth2 {

class RegistrationMetadataTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegistrationMetadataTest);
    CPPUNIT_TEST(digestsAreThoseOfTheCanonicalForm);
    CPPUNIT_TEST(orderCaseAndUnknownMembersDoNotChangeTheDigest);
    CPPUNIT_TEST(keysAreWrittenInOneOrder);
    CPPUNIT_TEST(responseAndGrantTypesHaveAnOrderOfTheirOwn);
    CPPUNIT_TEST(whatIsNoJsonObjectIsAnInvalidRequest);
    CPPUNIT_TEST(membersOfTheWrongShapeAreInvalidMetadata);
    CPPUNIT_TEST(whatTheServerCannotDoIsNotKept);
    CPPUNIT_TEST(nullAndUnknownMembersAreIgnored);
    CPPUNIT_TEST(attack30DeepNestingIsRefused);
    CPPUNIT_TEST_SUITE_END();

    static std::string digest(const std::string& json) { return hex(sha256(ClientMetadata::parse(json).canonical())); }

    static std::string code(const std::string& json) {
        try {
            ClientMetadata::parse(json);
        } catch (const OAuthError& error) {
            CPPUNIT_ASSERT_EQUAL(400, error.status());
            return error.code();
        }
        return "accepted";
    }

    // Expected texts and digests were made with Python's json and hashlib from the rules of the canonical form.
    void digestsAreThoseOfTheCanonicalForm() {
        struct {
            const char* sent;
            const char* canonical;
            const char* digest;
        } const rows[] = {
            {R"({ "token_endpoint_auth_method": "none", "redirect_uris": ["https://app.example/cb"] })",
             R"({"redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"none"})",
             "60bc5e782567450024fe8a43ea023373f5499bd9fd3c40985e8daec632df729b"},
            {R"({"tos_uri#fr":"https://app.example/tos-fr","tos_uri":"https://app.example/tos","client_uri":"https://App.Example","client_name#en-us":"App",
                 "client_name#DE":"App auf Deutsch","client_name":"\u00c4 \"quoted\" \\ \/ app","post_logout_redirect_uris":["https://app.example/2","https://app.example/1"],
                 "token_endpoint_auth_method":"none","contacts":["b@example","a@example"],"application_type":"native",
                 "grant_types":["urn:a:unknown","urn:ietf:params:oauth:grant-type:device_code","refresh_token","authorization_code"],"response_types":["code"],
                 "redirect_uris":["io.example.app:/cb","https://app.example/a","https://app.example"],"logo_uri":null,"what":{"ever":1}})",
             R"({"redirect_uris":["https://app.example/","https://app.example/a","io.example.app:/cb"],"response_types":["code"],)"
             R"("grant_types":["authorization_code","refresh_token","urn:ietf:params:oauth:grant-type:device_code","urn:a:unknown"],"application_type":"native",)"
             R"("contacts":["a@example","b@example"],"token_endpoint_auth_method":"none","post_logout_redirect_uris":["https://app.example/1","https://app.example/2"],)"
             R"("client_name":"Ä \"quoted\" \\ / app","client_name#de":"App auf Deutsch","client_name#en-US":"App","client_uri":"https://app.example/",)"
             R"("tos_uri":"https://app.example/tos","tos_uri#fr":"https://app.example/tos-fr"})",
             "f0609ca0e1df74521162a9a02a5131de3d6318776dfe54d43af42cd680061ead"},
            {R"({"require_pushed_authorization_requests":false,"require_auth_time":true,"default_max_age":3600,"token_endpoint_auth_signing_alg":"ES256",
                 "token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[
                  {"kid":"k1","alg":"ES256","use":"sig","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","crv":"P-256","kty":"EC",
                   "key_ops":["verify"],"mine":true},
                  {"kid":"k2","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","crv":"Ed25519"}]},"redirect_uris":["https://app.example/cb"]})",
             R"({"redirect_uris":["https://app.example/cb"],"jwks":{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
             R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","use":"sig","key_ops":["verify"],"alg":"ES256","kid":"k1"},)"
             R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"k2"}]},"token_endpoint_auth_method":"private_key_jwt",)"
             R"("token_endpoint_auth_signing_alg":"ES256","default_max_age":3600,"require_auth_time":true,"require_pushed_authorization_requests":false})",
             "71c18b4600bb26c7a0bd9a414e2d808db0f92e0924363ab89e98974cf32a7859"},
            {R"({"redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"none","grant_types":["implicit","authorization_code"],
                 "response_types":["id_token token","token code id_token","id_token","code","id_token code"]})",
             R"({"redirect_uris":["https://app.example/cb"],"response_types":["code","code id_token","code id_token token","id_token","id_token token"],)"
             R"("grant_types":["authorization_code","implicit"],"token_endpoint_auth_method":"none"})",
             "33e54402acf7be7de86a1666e34d4d3d9ea0ad5793e3157f5179ca5d32546d36"},
        };
        for (const auto& row : rows) {
            CPPUNIT_ASSERT_EQUAL(std::string(row.canonical), ClientMetadata::parse(row.sent).canonical());
            CPPUNIT_ASSERT_EQUAL(std::string(row.digest), digest(row.sent));
        }
    }

    void orderCaseAndUnknownMembersDoNotChangeTheDigest() {
        const std::string one = digest(R"({"redirect_uris":["https://a.example/1","https://a.example/2"],"client_name":"A"})");
        CPPUNIT_ASSERT_EQUAL(one, digest(R"({"scope":"openid","client_name":"A","redirect_uris":["HTTPS://A.example:443/2","https://a.example/x/../1"]})"));
        CPPUNIT_ASSERT(one != digest(R"({"redirect_uris":["https://a.example/1","https://a.example/2"],"client_name":"a"})"));
        CPPUNIT_ASSERT(one != digest(R"({"redirect_uris":["https://a.example/1","https://a.example/2"],"client_name":"A","client_name#de":"A"})"));
    }

    void keysAreWrittenInOneOrder() {
        const std::string json = R"({"jwks":{"keys":[{"x5t#S256":"AA","x5t":"AA","x5c":["MII="],"x5u":"https://a.example/x","kid":"k","e":"AQAB","n":"AQ","kty":"RSA"}]}})";
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"jwks":{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB","kid":"k","x5u":"https://a.example/x","x5c":["MII="],"x5t":"AA","x5t#S256":"AA"}]}})"),
                             ClientMetadata::parse(json).canonical());
    }

    void responseAndGrantTypesHaveAnOrderOfTheirOwn() {
        std::vector<std::string> grants = {"z", "urn:openid:params:grant-type:ciba", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:device_code",
                                           "password", "client_credentials", "implicit", "refresh_token", "a", "authorization_code"};
        sortGrantTypes(grants);
        const std::vector<std::string> expected = {"authorization_code", "refresh_token", "implicit", "client_credentials", "password",
                                                   "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer",
                                                   "urn:openid:params:grant-type:ciba", "a", "z"};
        CPPUNIT_ASSERT(expected == grants);
        std::vector<std::string> responses = {"token", "none", "token  code", "code code"};
        sortResponseTypes(responses);
        CPPUNIT_ASSERT((std::vector<std::string>{"code", "code token", "token", "none"}) == responses);
    }

    void whatIsNoJsonObjectIsAnInvalidRequest() {
        for (const char* json : {"", "[]", "1", "null", "\"a\"", "{", "{}}", "{} {}", "{\"a\":}", "{'a':1}", "{\"a\":1,}", "{\"client_name\":\"\xff\"}", "/**/{}", "nope"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(json, std::string("invalid_request"), code(json));
        }
    }

    void membersOfTheWrongShapeAreInvalidMetadata() {
        const std::string rows[] = {
            R"({"redirect_uris":"https://a.example/"})", R"({"redirect_uris":["nope"]})", R"({"redirect_uris":[1]})", R"({"redirect_uris":{}})",
            R"({"client_name":1})", R"({"client_name":["a"]})", R"({"client_name":"a\u0000b"})", R"({"client_name":"a\r\nBcc: b"})",
            R"({"client_name#de":"A"})", R"({"client_name":null,"client_name#de":"A"})", R"({"client_name":"A","client_name#d_e":"A"})", R"({"client_name":"A","client_name#":"A"})",
            R"({"client_name":"A","client_name#de":"A","client_name#DE":"B"})", R"({"client_name":"A","client_name#de":1})",
            R"({"logo_uri":"logo.png"})", R"({"logo_uri":"https://a.example/","logo_uri#de":"x"})",
            R"({"client_name":"A","client_name":"B"})", R"({"jwks":{"keys":[{"kty":"RSA","kty":"EC","n":"AQ","e":"AQAB"}]}})",
            R"({"require_auth_time":"true"})", R"({"require_auth_time":1})", R"({"default_max_age":"1"})", R"({"default_max_age":1.5})", R"({"default_max_age":-1})", R"({"default_max_age":true})",
            R"({"jwks":[]})", R"({"jwks":{}})", R"({"jwks":{"keys":{}}})", R"({"jwks":{"keys":[1]}})", R"({"jwks":{"keys":[{"kty":"oct","k":"AQ"}]}})",
            R"({"jwks":{"keys":[{"kty":"RSA","n":"AQ"}]}})", R"({"jwks":{"keys":[{"kty":"RSA","n":"AQ==","e":"AQAB"}]}})", R"({"jwks":{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB","d":"AQ"}]}})",
            R"({"jwks":{"keys":[{"kty":"EC","x":"AQ","y":"AQ"}]}})", R"({"jwks":{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB","key_ops":"verify"}]}})",
            R"({"grant_types":"authorization_code"})", R"({"contacts":[null]})",
            "{\"client_name\":\"" + std::string(2049, 'a') + "\"}",
        };
        for (const std::string& json : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(json, std::string("invalid_client_metadata"), code(json));
        std::string many;
        for (int i = 0; i < 101; ++i) many += (i > 0 ? "," : "") + std::string("\"https://a.example/\"");
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_client_metadata"), code("{\"redirect_uris\":[" + many + "]}"));
    }

    void whatTheServerCannotDoIsNotKept() {
        const auto metadata = ClientMetadata::parse(R"({"redirect_uris":["https://a.example/"],"subject_type":"pairwise","id_token_encrypted_response_alg":"RSA-OAEP",
            "id_token_encrypted_response_enc":"A128GCM","request_uris":["https://a.example/r"],"post_logout_redirect_uris":["https://a.example/o"],
            "require_pushed_authorization_requests":true,"client_name":"A","client_name#de":"B","software_id":"s","unknown":1})");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"redirect_uris":["https://a.example/"],"software_id":"s","require_pushed_authorization_requests":true,)"
                                         R"("post_logout_redirect_uris":["https://a.example/o"],"client_name":"A","client_name#de":"B"})"),
                             metadata.kept());
    }

    void nullAndUnknownMembersAreIgnored() {
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), ClientMetadata::parse(R"({"redirect_uris":null,"jwks":null,"require_auth_time":null,"software_statement":"a.b.c","foo#1":2})").canonical());
    }

    void attack30DeepNestingIsRefused() {
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_request"), code("{\"a\":" + std::string(20'000, '[') + std::string(20'000, ']') + "}"));
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_request"), code("{\"a\":" + std::string(30'000, '[')));
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), code("{\"a\":[[[[[[[[1]]]]]]]]}"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationMetadataTest);

}  // namespace latchkey::oauth2
