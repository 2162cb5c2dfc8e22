// SPDX-License-Identifier: Apache-2.0
#include "domain/id.h"
#include "kernel/config/yaml.h"
#include "kernel/error.h"
#include "plugins/homeserver-synapse/import/import.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::synapse {

namespace {

using config::Node;

const std::string kGenerated = R"(
passwords: {enabled: true, schemes: [{version: 1, algorithm: argon2id}], minimum_complexity: 3}
matrix: {kind: synapse, homeserver: "localhost:8008", secret: fresh, endpoint: "http://localhost:8008/"}
)";

Node parsed(const std::string& yaml) {
    config::Problems problems;
    return config::parseYaml(yaml, "test.yaml", problems);
}

// Without ids, which are new each time.
std::string written(const Node& root, const std::string& section) {
    const Node* found = root.find(section);
    return found == nullptr ? "" : config::writeYaml(*found);
}

std::string normal(const std::string& yaml) { return config::writeYaml(parsed(yaml)); }

}  // namespace

class SynapseImportTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SynapseImportTest);
    CPPUNIT_TEST(takesNameAndAddressAndKeepsTheFreshSecret);
    CPPUNIT_TEST(keepsOldHashesUsable);
    CPPUNIT_TEST(switchesPasswordsOffWhereSynapseHasNone);
    CPPUNIT_TEST(takesWhatPeopleMayDo);
    CPPUNIT_TEST(takesTheCaptcha);
    CPPUNIT_TEST(takesAProviderWhole);
    CPPUNIT_TEST(aPlainProviderStaysPlain);
    CPPUNIT_TEST(takesApplesKey);
    CPPUNIT_TEST(linksExistingUsersOnlyByNamesThatNobodyChooses);
    CPPUNIT_TEST(leavesOutWhatHasNoClientIdAndReadsTheOlderSection);
    CPPUNIT_TEST(laterFilesReplaceSections);
    CPPUNIT_TEST(readsYamlAsSynapseDoes);
    CPPUNIT_TEST(refusesWhatIsNoSynapseConfiguration);
    CPPUNIT_TEST_SUITE_END();

    Node imported(const std::string& synapse, const std::string& second = "") {
        const test::TemporaryDirectory directory;
        std::vector<std::string> files = {directory.write("homeserver.yaml", synapse)};
        if (!second.empty()) files.push_back(directory.write("second.yaml", second));
        Node root = parsed(kGenerated);
        SynapseImport().apply(root, files);
        return root;
    }
    // The provider that was made of one, its id taken out.
    Node provider(const std::string& yaml, const std::string& section = "oidc_providers") {
        Node root = imported("server_name: example.org\n" + section + ": " + yaml + "\n");
        const Node* all = root.find("upstream_oauth2");
        CPPUNIT_ASSERT(all != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, all->find("providers")->items.size());
        Node made = all->find("providers")->items[0];
        CPPUNIT_ASSERT_EQUAL(std::string("id"), made.members[0].first);
        CPPUNIT_ASSERT(Ulid::parse(made.members[0].second.scalar).has_value());
        made.members.erase(made.members.begin());
        return made;
    }
    void same(const std::string& yaml, const std::string& text) { CPPUNIT_ASSERT_EQUAL(normal(yaml), text); }

    void takesNameAndAddressAndKeepsTheFreshSecret() {
        const Node root = imported("{server_name: example.org, public_baseurl: 'https://matrix.example.org'}");
        same("{kind: synapse, homeserver: example.org, secret: fresh, endpoint: 'https://matrix.example.org/'}", written(root, "matrix"));
        CPPUNIT_ASSERT_EQUAL(std::string("http://localhost:8008/"), imported("server_name: a.org").find("matrix")->find("endpoint")->scalar);
        for (const char* section : {"account", "captcha", "upstream_oauth2"}) CPPUNIT_ASSERT(root.find(section) == nullptr);
    }

    void keepsOldHashesUsable() {
        same(R"({enabled: true, schemes: [{version: 1, algorithm: bcrypt, unicode_normalization: true, cost: 12}, {version: 2, algorithm: argon2id}],
                 minimum_complexity: 3})",
             written(imported("server_name: a.org"), "passwords"));
        same(R"({enabled: true, schemes: [{version: 1, algorithm: bcrypt, unicode_normalization: true, cost: 14, secret: "123"}, {version: 2, algorithm: argon2id}],
                 minimum_complexity: 3})",
             written(imported("{server_name: a.org, bcrypt_rounds: 14, password_config: {pepper: 123}}"), "passwords"));
    }

    void switchesPasswordsOffWhereSynapseHasNone() {
        for (const char* config : {"enabled: false", "localdb_enabled: false", "enabled: only_for_reauth", "enabled: off"}) {
            const Node root = imported(std::string("{server_name: a.org, enable_registration: true, password_config: {") + config + "}}");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(config, normal("{enabled: false}"), written(root, "passwords"));
            CPPUNIT_ASSERT_MESSAGE(config, root.find("account") == nullptr);
        }
    }

    void takesWhatPeopleMayDo() {
        same("{password_registration_enabled: true, password_registration_token_required: true, email_change_allowed: false, displayname_change_allowed: false}",
             written(imported("{server_name: a.org, enable_registration: true, registration_requires_token: true, enable_3pid_changes: false, enable_set_displayname: false}"),
                     "account"));
        same("{password_registration_enabled: false, email_change_allowed: true}",
             written(imported("{server_name: a.org, enable_registration: false, enable_3pid_changes: true}"), "account"));
    }

    void takesTheCaptcha() {
        const std::string keys = "{server_name: a.org, recaptcha_public_key: site, recaptcha_private_key: secret, enable_registration_captcha: ";
        same("{service: recaptcha_v2, site_key: site, secret_key: secret}", written(imported(keys + "true}"), "captcha"));
        CPPUNIT_ASSERT_EQUAL(std::string(), written(imported(keys + "false}"), "captcha"));
        CPPUNIT_ASSERT_EQUAL(std::string(), written(imported("{server_name: a.org, enable_registration_captcha: true}"), "captcha"));
    }

    void takesAProviderWhole() {
        same(R"({synapse_idp_id: oidc-keycloak, issuer: "https://sso.example.org/realms/a", human_name: Keycloak, brand_name: acme, client_id: synapse,
                 token_endpoint_auth_method: client_secret_post, client_secret: hidden, scope: "openid profile", fetch_userinfo: true, discovery_mode: insecure,
                 token_endpoint: "https://sso.example.org/token", pkce_method: always, response_mode: form_post,
                 additional_authorization_parameters: {acr_values: "2"}, on_backchannel_logout: logout_all,
                 claims_imports: {subject: {template: "{{ user.uid }}"}, localpart: {action: require, template: "{{ user.name }}", on_conflict: add},
                                  displayname: {action: force, template: "{{ user.full }}"}, email: {action: force, template: "{{ user.mail }}"}}})",
             config::writeYaml(provider(R"([{idp_id: keycloak, idp_name: Keycloak, idp_brand: acme, issuer: "https://sso.example.org/realms/a", client_id: synapse,
                 client_secret: hidden, client_auth_method: client_secret_post, scopes: [openid, profile], skip_verification: true,
                 token_endpoint: "https://sso.example.org/token", pkce_method: always, backchannel_logout_enabled: true, allow_existing_users: true,
                 additional_authorization_parameters: {response_mode: form_post, acr_values: 2}, attribute_requirements: [],
                 user_mapping_provider: {config: {subject_claim: uid, localpart_template: "{{ user.name }}", display_name_template: "{{ user.full }}",
                                                  email_template: "{{ user.mail }}", picture_template: x}}}])")));
    }

    void aPlainProviderStaysPlain() {
        same(R"({synapse_idp_id: oidc, issuer: "https://a.org", client_id: "7", token_endpoint_auth_method: none, scope: openid, fetch_userinfo: true})",
             config::writeYaml(provider(R"([{issuer: "https://a.org", client_id: 7}])")));
        same(R"({synapse_idp_id: oidc-x, client_id: a, token_endpoint_auth_method: client_secret_basic, client_secret_file: /etc/secret, scope: profile,
                 discovery_mode: disabled, authorization_endpoint: "https://a.org/auth", token_endpoint: "https://a.org/token"})",
             config::writeYaml(provider(R"([{idp_id: x, client_id: a, client_secret_path: /etc/secret, scopes: [profile], discover: false,
                 authorization_endpoint: "https://a.org/auth", token_endpoint: "https://a.org/token"}])")));
        same(R"({synapse_idp_id: oidc-x, client_id: a, token_endpoint_auth_method: none, scope: profile, fetch_userinfo: true})",
             config::writeYaml(provider(R"([{idp_id: x, client_id: a, scopes: [profile], user_profile_method: userinfo_endpoint,
                 user_mapping_provider: {module: acme.Mapper, config: {localpart_template: x}}}])")));
    }

    void takesApplesKey() {
        same(R"({synapse_idp_id: oidc-apple, issuer: "https://appleid.apple.com", client_id: a, token_endpoint_auth_method: sign_in_with_apple,
                 sign_in_with_apple: {team_id: T, key_id: K, private_key_file: /etc/apple.p8}, scope: name, response_mode: form_post})",
             config::writeYaml(provider(R"([{idp_id: apple, issuer: "https://appleid.apple.com", client_id: a, client_auth_method: client_secret_post, scopes: [name],
                 client_secret_jwt_key: {key_file: /etc/apple.p8, jwt_header: {alg: ES256, kid: K}, jwt_payload: {iss: T}},
                 additional_authorization_parameters: {response_mode: form_post}}])")));
    }

    void linksExistingUsersOnlyByNamesThatNobodyChooses() {
        const Node made = provider(R"([{client_id: a, allow_existing_users: true,
            user_mapping_provider: {config: {localpart_template: "{{ user.name }}", confirm_localpart: true}}}])");
        same(R"({localpart: {action: suggest, template: "{{ user.name }}"}})", config::writeYaml(*made.find("claims_imports")));
    }

    void leavesOutWhatHasNoClientIdAndReadsTheOlderSection() {
        CPPUNIT_ASSERT(imported("{server_name: a.org, oidc_providers: [{idp_id: x, issuer: 'https://a.org'}, nonsense]}").find("upstream_oauth2") == nullptr);
        CPPUNIT_ASSERT(imported("{server_name: a.org, oidc_config: {client_id: x}}").find("upstream_oauth2") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("oidc"), provider("{enabled: true, client_id: x}", "oidc_config").find("synapse_idp_id")->scalar);
    }

    void laterFilesReplaceSections() {
        const Node root = imported("{server_name: a.org, bcrypt_rounds: 10, password_config: {pepper: x}, oidc_providers: [{client_id: a}]}",
                                   "{server_name: b.org, password_config: {enabled: true}, oidc_providers: [{client_id: b}]}");
        CPPUNIT_ASSERT_EQUAL(std::string("b.org"), root.find("matrix")->find("homeserver")->scalar);
        CPPUNIT_ASSERT(root.find("passwords")->find("schemes")->items[0].find("secret") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("10"), root.find("passwords")->find("schemes")->items[0].find("cost")->scalar);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, root.find("upstream_oauth2")->find("providers")->items.size());
    }

    void readsYamlAsSynapseDoes() {
        same("{password_registration_enabled: true, email_change_allowed: false}",
             written(imported("{server_name: a.org, enable_registration: yes, enable_3pid_changes: Off, enable_set_displayname: maybe}"), "account"));
        CPPUNIT_ASSERT_EQUAL(std::string("12"), imported("{server_name: a.org, bcrypt_rounds: many}").find("passwords")->find("schemes")->items[0].find("cost")->scalar);
        CPPUNIT_ASSERT(imported("{server_name: a.org, oidc_providers: {client_id: x}, password_config: [1]}").find("upstream_oauth2") == nullptr);
    }

    void refusesWhatIsNoSynapseConfiguration() {
        CPPUNIT_ASSERT_THROW(imported("{http: {}}"), Error);
        CPPUNIT_ASSERT_THROW(imported("server_name: {a: b}"), Error);
        CPPUNIT_ASSERT_THROW(imported("server_name: [unclosed"), Error);
        Node root = parsed(kGenerated);
        CPPUNIT_ASSERT_THROW(SynapseImport().apply(root, {"/nowhere/homeserver.yaml"}), Error);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SynapseImportTest);

}  // namespace latchkey::synapse
