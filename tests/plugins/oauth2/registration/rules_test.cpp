// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/metadata_rules.h"

#include <cppunit/extensions/HelperMacros.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

namespace latchkey::oauth2 {

namespace {

// One key that can do ES256.
const jose::KeySet& serverKeys() {
    static const jose::KeySet keys = [] {
        const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
        const std::unique_ptr<BIO, void (*)(BIO*)> out(BIO_new(BIO_s_mem()), [](BIO* bio) { BIO_free(bio); });
        PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        char* data = nullptr;
        const long size = BIO_get_mem_data(out.get(), &data);
        return jose::KeySet({jose::Key::parsePrivate(std::string_view(data, static_cast<std::size_t>(size)))});
    }();
    return keys;
}

std::string verdict(const std::string& json) {
    try {
        requireValid(ClientMetadata::parse(json), serverKeys());
        return "accepted";
    } catch (const OAuthError& error) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(json, 400, error.status());
        CPPUNIT_ASSERT_MESSAGE(error.description(), error.description().find_first_of("\"\\") == std::string::npos);
        return error.code();
    }
}

}  // namespace

class RegistrationRulesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegistrationRulesTest);
    CPPUNIT_TEST(acceptsWhatIsCoherent);
    CPPUNIT_TEST(refusesRedirectUris);
    CPPUNIT_TEST(refusesIncoherentMetadata);
    CPPUNIT_TEST(attack12CredentialsAndForeignSchemesInRedirectUris);
    CPPUNIT_TEST(attack19ScriptsDoNotBecomeLinks);
    CPPUNIT_TEST(attack29NamesThatDeceiveAreRefused);
    CPPUNIT_TEST_SUITE_END();

    static std::string with(const std::string& members) { return std::string(R"({"redirect_uris":["https://app.example/cb"])").append(members.empty() ? "" : ",").append(members).append("}"); }

    void acceptsWhatIsCoherent() {
        const std::string rows[] = {
            with(""),
            with(R"("grant_types":["authorization_code","refresh_token"],"response_types":["code"])"),
            with(R"("grant_types":["authorization_code","implicit"],"response_types":["code id_token","token","id_token token"])"),
            with(R"("grant_types":["implicit"],"response_types":["id_token"])"),
            R"({"grant_types":["client_credentials"]})",
            R"({"grant_types":["urn:ietf:params:oauth:grant-type:device_code"],"token_endpoint_auth_method":"none"})",
            with(R"("token_endpoint_auth_method":"private_key_jwt","jwks_uri":"https://app.example/k","token_endpoint_auth_signing_alg":"ES256")"),
            with(R"("token_endpoint_auth_method":"client_secret_jwt","token_endpoint_auth_signing_alg":"HS256")"),
            with(R"("id_token_signed_response_alg":"HS256","userinfo_signed_response_alg":"HS512")"),
            with(R"("id_token_signed_response_alg":"ES256","userinfo_signed_response_alg":"ES256")"),
            with(R"("id_token_encrypted_response_alg":"RSA-OAEP","id_token_encrypted_response_enc":"A128GCM")"),
            with(R"("initiate_login_uri":"https://app.example/l","sector_identifier_uri":"https://app.example/s")"),
            R"({"redirect_uris":["com.example.app:/cb","http://localhost:1/","http://127.0.0.1/","http://[::1]:9/cb","https://me.github.io/"]})",
            with(R"("client_name":"Ünï \ud83d\udc69\u200d\ud83d\udcbb","client_uri":"https://app.example","client_uri#de":"https://app.example/de")"),
        };
        for (const std::string& json : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(json, std::string("accepted"), verdict(json));
    }

    void refusesRedirectUris() {
        const std::string rows[] = {
            "{}", R"({"redirect_uris":[]})", R"({"grant_types":["implicit"],"response_types":["id_token"]})", R"({"redirect_uris":["https://app.example/#f"]})",
            R"({"redirect_uris":["https://app.example/#"]})", R"({"redirect_uris":["https://app.example/","https://co.uk/cb"]})", R"({"redirect_uris":["https://github.io/"]})",
            R"({"redirect_uris":["https://com./"]})", R"({"redirect_uris":["https://COM/"]})", with(R"("post_logout_redirect_uris":["https://app.example/#f"])"),
            with(R"("post_logout_redirect_uris":["https://github.io/"])"),
        };
        for (const std::string& json : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(json, std::string("invalid_redirect_uri"), verdict(json));
    }

    void refusesIncoherentMetadata() {
        const std::string rows[] = {
            with(R"("response_types":["code id_token"])"),
            with(R"("grant_types":["implicit"],"response_types":["code id_token"])"),
            with(R"("response_types":["token"])"),
            with(R"("response_types":["id_token"])"),
            with(R"("grant_types":["implicit"])"),
            with(R"("grant_types":["client_credentials"],"response_types":["code"])"),
            with(R"("response_types":[""])"),
            with(R"("jwks_uri":"https://app.example/k","jwks":{"keys":[]})"),
            with(R"("token_endpoint_auth_method":"private_key_jwt","token_endpoint_auth_signing_alg":"ES256")"),
            with(R"("token_endpoint_auth_method":"private_key_jwt","jwks_uri":"https://app.example/k")"),
            with(R"("token_endpoint_auth_method":"private_key_jwt","jwks_uri":"https://app.example/k","token_endpoint_auth_signing_alg":"HS256")"),
            with(R"("token_endpoint_auth_method":"private_key_jwt","jwks_uri":"https://app.example/k","token_endpoint_auth_signing_alg":"none")"),
            with(R"("token_endpoint_auth_method":"client_secret_jwt")"),
            with(R"("token_endpoint_auth_method":"client_secret_jwt","token_endpoint_auth_signing_alg":"ES256")"),
            with(R"("token_endpoint_auth_method":"client_secret_jwt","token_endpoint_auth_signing_alg":"none")"),
            with(R"("token_endpoint_auth_signing_alg":"none")"),
            with(R"("token_endpoint_auth_signing_alg":"made up")"),
            with(R"("token_endpoint_auth_method":"tls_client_auth")"),
            with(R"("sector_identifier_uri":"http://app.example/s")"),
            with(R"("initiate_login_uri":"http://app.example/l")"),
            with(R"("id_token_signed_response_alg":"none")"),
            with(R"("id_token_signed_response_alg":"RS256")"),
            with(R"("id_token_signed_response_alg":"HS256","token_endpoint_auth_method":"none")"),
            with(R"("id_token_signed_response_alg":"HS256","token_endpoint_auth_method":"private_key_jwt","jwks_uri":"https://app.example/k","token_endpoint_auth_signing_alg":"ES256")"),
            with(R"("userinfo_signed_response_alg":"none")"),
            with(R"("id_token_encrypted_response_enc":"A128GCM")"),
            with(R"("userinfo_encrypted_response_enc":"A128GCM")"),
            with(R"("request_object_encryption_enc":"A128GCM")"),
            with(R"("introspection_encrypted_response_enc":"A128GCM")"),
            with(R"("client_uri":"https://co.uk/")"),
            with(R"("logo_uri":"https://github.io/l.png")"),
            with(R"("policy_uri":"https://app.example/","policy_uri#de":"https://co.uk/")"),
            with(R"("tos_uri":"https://com/")"),
            with(R"("initiate_login_uri":"https://com/")"),
        };
        for (const std::string& json : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(json, std::string("invalid_client_metadata"), verdict(json));
    }

    void attack12CredentialsAndForeignSchemesInRedirectUris() {
        for (const char* uri : {"https://app.example@evil.example/", "https://u:p@app.example/", "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x",
                                "blob:https://app.example/1", "about:blank", "view-source:https://app.example/", "filesystem:https://app.example/"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(uri, std::string("invalid_redirect_uri"), verdict(std::string(R"({"redirect_uris":[")") + uri + "\"]}"));
        }
    }

    void attack19ScriptsDoNotBecomeLinks() {
        for (const char* name : {"client_uri", "logo_uri", "policy_uri", "tos_uri", "initiate_login_uri", "jwks_uri", "sector_identifier_uri"}) {
            for (const char* uri : {"javascript:alert(document.domain)", "JAVASCRIPT://app.example/%0aalert(1)", "data:image/svg+xml;base64,PHN2Zz4=", "data:text/html,<script>", "vbscript:msgbox",
                                    "blob:x", "com.app:/x", "https://app.example@evil.example/x"}) {
                const std::string member = std::string("\"") + name + "\":\"" + uri + "\"";
                CPPUNIT_ASSERT_EQUAL_MESSAGE(member, std::string("invalid_client_metadata"), verdict(with(member)));
            }
        }
    }

    void attack29NamesThatDeceiveAreRefused() {
        for (const char* name : {"A\\u202eB", "A\\u2066B", "A\\u2069", "A\\u200bB", "A\\u200fB", "A\\u200e"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string("invalid_client_metadata"), verdict(with(std::string("\"client_name\":\"") + name + "\"")));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string("invalid_client_metadata"), verdict(with(std::string("\"client_name\":\"A\",\"client_name#de\":\"") + name + "\"")));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_client_metadata"), verdict(with("\"client_name\":\"" + std::string(257, 'a') + "\"")));
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), verdict(with(R"("client_name":"A € \u201cB\u201d \u2013 \u2665")")));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationRulesTest);

}  // namespace latchkey::oauth2
