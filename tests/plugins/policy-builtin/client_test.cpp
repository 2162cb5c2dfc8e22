// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/policy-builtin/policy_of.h"

#include "plugins/policy-builtin/uri.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::policy {

class ClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientTest);
    CPPUNIT_TEST(acceptsAnOrdinaryClient);
    CPPUNIT_TEST(judgesMetadata);
    CPPUNIT_TEST(judgesRedirectsOfWebClients);
    CPPUNIT_TEST(judgesRedirectsOfNativeClients);
    CPPUNIT_TEST(relaxesWhatTheDataSays);
    CPPUNIT_TEST(saysWhatConcernsRedirects);
    CPPUNIT_TEST(doesNotAskWhoRegisters);
    CPPUNIT_TEST(readsTheNarrowGrammar);
    CPPUNIT_TEST(attack30_boundsTheDepthOfMetadata);
    CPPUNIT_TEST_SUITE_END();

    // A client of https://example.com with more members.
    static std::string client(const std::string& more) { return R"({"client_uri":"https://example.com/",)" + more + "}"; }
    static std::string redirect(const std::string& uri, const std::string& type = "web") {
        return client(R"("application_type":")" + type + R"(","redirect_uris":[")" + uri + "\"]");
    }
    static PolicyViolations found(const std::string& metadata, const std::string& data = "{}") { return policyOf(data).clientRegistration({.metadata = metadata, .requester = {}}); }
    static std::string messages(const PolicyViolations& violations) {
        std::string text;
        for (const PolicyViolation& each : violations) text += (text.empty() ? "" : "; ") + each.message;
        return text;
    }
    static void expect(const char* expected, const std::string& metadata, const std::string& data = "{}") {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(metadata + " " + data, std::string(expected), messages(found(metadata, data)));
    }

    void acceptsAnOrdinaryClient() {
        expect("", client(R"("client_name":"App","tos_uri":"https://example.com/tos","policy_uri":"https://www.example.com/policy","logo_uri":"https://cdn.example.com/logo.png",)"
                          R"("redirect_uris":["https://example.com/cb","https://app.example.com:8443/cb?x=y"],"grant_types":["authorization_code","refresh_token"])"));
    }

    void judgesMetadata() {
        const std::string ok = R"("redirect_uris":["https://example.com/"])";
        const std::pair<std::string, const char*> rows[] = {
            {R"({"redirect_uris":[],"grant_types":[]})", "client_uri is missing"},
            {R"({"redirect_uris":["https://example.com/cb"]})", "client_uri is missing; invalid redirect_uri: https://example.com/cb"},
            {R"({"client_uri":"http://example.com","grant_types":["client_credentials"]})", "client_uri is not a secure URI"},
            {R"({"client_uri":"https://localhost","grant_types":["client_credentials"]})", "client_uri is not a secure URI"},
            {R"({"client_uri":5,"grant_types":["client_credentials"]})", "client_uri is not a secure URI"},
            {client(R"("tos_uri":"http://example.com/",)" + ok), "tos_uri is not a secure URI"},
            {client(R"("policy_uri":"https://other.example/",)" + ok), "policy_uri is not below the host of client_uri"},
            {client(R"("logo_uri":"https://badexample.com/",)" + ok), "logo_uri is not below the host of client_uri"},
            {client(R"("logo_uri":"nonsense",)" + ok), "logo_uri is not a secure URI; logo_uri is not below the host of client_uri"},
            {client(R"("tos_uri#de":"http://elsewhere/","client_uri#de":"http://x/",)" + ok), ""},
            {client(R"("grant_types":["client_credentials"],"token_endpoint_auth_method":"none")"), "a client without authentication cannot use the grant type client_credentials"},
            {client(R"("grant_types":["client_credentials"],"token_endpoint_auth_method":"client_secret_basic")"), ""},
            {client(R"("client_name":"x")"), "redirect_uris is missing"},
            {client(R"("grant_types":["authorization_code"])"), "redirect_uris is missing"},
            {client(R"("grant_types":["implicit"])"), "redirect_uris is missing"},
            {client(R"("grant_types":["urn:ietf:params:oauth:grant-type:device_code"])"), ""},
            {client(R"("redirect_uris":"https://example.com/")"), "redirect_uris is not a list"},
            {client(R"("redirect_uris":[])"), "redirect_uris is empty"},
            {client(R"("grant_types":["client_credentials"],"redirect_uris":[])"), ""},
            {client(R"("redirect_uris":[5])"), "invalid redirect_uri"},
            {client(R"("redirect_uris":["https://example.com/","https://a.example/","https://b.example/"])"), "invalid redirect_uri: https://a.example/; invalid redirect_uri: https://b.example/"},
        };
        for (const auto& [metadata, expected] : rows) expect(expected, metadata);
    }

    void judgesRedirectsOfWebClients() {
        for (const char* good : {"https://example.com", "https://example.com/", "https://sub.example.com/cb", "https://example.com:444/cb", "https://example.com/cb?a=b%20c"}) expect("", redirect(good));
        for (const std::string bad : {"http://example.com/cb", "https://other.com/", "https://badexample.com/", "https://com/", "https://example.com.evil.net/", "https://localhost/", "http://localhost/",
                                      "https://example.com/cb#f", "https://u@example.com/", "https://example.com/%41", "HTTPS://example.com/", "https://EXAMPLE.com/", "com.example:/cb", "javascript:alert(1)", ""}) {
            expect(("invalid redirect_uri: " + bad).c_str(), redirect(bad));
        }
    }

    void judgesRedirectsOfNativeClients() {
        for (const char* good : {"https://example.com/cb", "http://localhost/", "http://localhost:1234/cb", "http://127.0.0.1:1/", "http://[::1]:99/x", "com.example:/x", "com.example.app:/x", "com.example.app:"}) {
            expect("", redirect(good, "native"));
        }
        for (const std::string bad : {"https://localhost/", "http://0.0.0.0/", "http://example.com/", "http://localhost.example.com/", "com.example:x", "com.example://x", "com.examples:/x", "com:/x", "org.example:/x", "example.com:/x"}) {
            expect(("invalid redirect_uri: " + bad).c_str(), redirect(bad, "native"));
        }
        const std::string noClientUri = R"({"application_type":"native","redirect_uris":["http://localhost:7/"]})";
        expect("client_uri is missing", noClientUri);
    }

    void relaxesWhatTheDataSays() {
        const std::string insecure = R"({"client_registration":{"allow_insecure_uris":true}})";
        const std::string mismatch = R"({"client_registration":{"allow_host_mismatch":true}})";
        const std::string missing = R"({"client_registration":{"allow_missing_client_uri":true}})";
        const std::string anything = R"({"client_registration":{"allow_insecure_uris":true,"allow_host_mismatch":true}})";
        expect("", R"({"client_uri":"http://localhost","tos_uri":"http://localhost/tos","redirect_uris":["http://localhost/cb"]})", insecure);
        expect("", R"({"client_uri":"not a URI","grant_types":["client_credentials"]})", insecure);
        expect("invalid redirect_uri: https://other.example/", redirect("https://other.example/"), insecure);
        expect("", redirect("https://other.example/"), mismatch);
        expect("", client(R"("logo_uri":"https://other.example/","redirect_uris":["https://example.com"])"), mismatch);
        expect("invalid redirect_uri: http://other.example/", redirect("http://other.example/"), mismatch);
        expect("", redirect("anything at all"), anything);
        expect("", R"({"redirect_uris":["https://example.com/"]})", missing);
        expect("", client(R"("tos_uri":"https://other.example/","redirect_uris":["https://another.example/"])"), missing);
        expect("client_uri is not a secure URI", R"({"client_uri":"http://example.com","redirect_uris":["https://example.com/"]})", missing);
        expect("", client(R"("redirect_uris":["https://example.com/"])"), R"({"client_registration":{"allow_insecure_uris":false}})");
        expect("invalid redirect_uri: com.other:/x", redirect("com.other:/x", "native"), mismatch);
    }

    void saysWhatConcernsRedirects() {
        for (const std::string& metadata : {client(R"("client_name":"x")"), client(R"("redirect_uris":5)"), client(R"("redirect_uris":[])"), redirect("http://x/")}) {
            const auto violations = found(metadata);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(metadata, std::size_t(1), violations.size());
            CPPUNIT_ASSERT_MESSAGE(metadata, violations.at(0).redirectUri);
            CPPUNIT_ASSERT(!violations.at(0).code && !violations.at(0).field);
        }
        CPPUNIT_ASSERT(!found(R"({"grant_types":[]})").at(0).redirectUri);
    }

    void doesNotAskWhoRegisters() {
        const ClientRegistrationRequest request{.metadata = redirect("https://example.com/"), .requester = {"10.0.0.1", {}}};
        CPPUNIT_ASSERT(policyOf(R"({"requester":{"banned_ips":["10.0.0.1"]}})").clientRegistration(request).empty());
    }

    void readsTheNarrowGrammar() {
        for (const char* good : {"https://a", "https://a.b-c.9/", "https://1.2.3.4:80/x/y.z_~-", "http://[::1]", "x:", "x:/y", "a+b.c-d:/", "https://a?q", "https://a/?q=%20&r"}) {
            CPPUNIT_ASSERT_MESSAGE(good, Uri::parse(good).has_value());
        }
        for (const char* bad : {"", ":", "https", "https:a", "https://", "https:///x", "https://a_b/", "https://a..b/", "https://.a/", "https://a./", "https://-a/", "https://a-/", "https://a:/", "https://a:x/", "https://[::2]/",
                                "https://a/ b", "https://a/b%20c", "https://a/b#c", "https://a?b#c", "https://a\n", "https://a/\n", "Https://a/", "1x:/y", "https://u:p@a/", "https://a\\b/", "https://a/;x"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !Uri::parse(bad).has_value());
        }
        CPPUNIT_ASSERT_EQUAL(std::string("com.example.www"), reversedLabels("www.example.com"));
    }

    void attack30_boundsTheDepthOfMetadata() {
        const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
        expect("the client's metadata cannot be read", client(R"("redirect_uris":["https://example.com/"],"x":)" + deep));
        for (const char* metadata : {"", "[]", "{", "null", "5"}) expect("the client's metadata cannot be read", metadata);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientTest);

}  // namespace latchkey::policy
