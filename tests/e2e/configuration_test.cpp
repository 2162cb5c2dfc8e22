// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"

#include <filesystem>

namespace latchkey::e2e {

class ConfigurationTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(ConfigurationTest);
    CPPUNIT_TEST(allProblemsAreReportedAtOnceWithFileLineAndPath);
    CPPUNIT_TEST(unknownKeysAreNamedWithTheNearestAndIgnored);
    CPPUNIT_TEST(syntaxErrorsNameTheLine);
    CPPUNIT_TEST(anUnknownResourceIsAnError);
    CPPUNIT_TEST(aProgramWithoutItsPluginsSaysWhereTheyBelong);
    CPPUNIT_TEST(providersAreSaidToBeOfNoUse);
    CPPUNIT_TEST(renderedTemplatesGoToAnEmptyFolder);
    CPPUNIT_TEST(theEnvironmentNamesFiles);
    CPPUNIT_TEST(variablesAreTheLowestLayer);
    CPPUNIT_TEST(aDotEnvFileSetsVariables);
    CPPUNIT_TEST(aFileIsFoundInAParentDirectory);
    CPPUNIT_TEST(laterFilesWinAndListsGrow);
    CPPUNIT_TEST(aConfigurationOfTheReferenceWorksAsItIs);
    CPPUNIT_TEST_SUITE_END();

    void allProblemsAreReportedAtOnceWithFileLineAndPath() {
        directory().write("config.yaml",
                          "http:\n"                                        // 1
                          "  public_base: not a url\n"                     // 2
                          "  listeners:\n"                                 // 3
                          "  - resources: [{name: health}]\n"              // 4
                          "    binds: [{host: localhost, port: 70000}]\n"  // 5
                          "database:\n"                                    // 6
                          "  uri: postgresql://localhost/mas\n"            // 7
                          "  host: localhost\n"                            // 8
                          "  max_connections: many\n"                      // 9
                          "matrix:\n"                                      // 10
                          "  secret: 5\n");                                // 11
        const test::Finished finished = run({"config", "check"});
        requireCode(1, finished);
        for (const char* part : {"config.yaml:2: http.public_base", "config.yaml:5: http.listeners[0].binds[0].port", "config.yaml:9: database.max_connections",
                                 "config.yaml:11: matrix.secret", "secrets"}) {
            requireHolds(finished.errors, part);
        }
        requireHolds(finished.errors, "xclusive");
    }

    void unknownKeysAreNamedWithTheNearestAndIgnored() {
        directory().write("config.yaml", configuration("postgresql://localhost/x") + "databse: {}\npasswords:\n  enabeld: true\n");
        const test::Finished finished = run({"config", "check"});
        requireCode(0, finished);
        for (const char* part : {"databse", "database", "passwords.enabeld", "enabled"}) requireHolds(finished.errors, part);
    }

    void syntaxErrorsNameTheLine() {
        directory().write("config.yaml", "http:\n  listeners: [\nmatrix: {}\n");
        const test::Finished finished = run({"config", "check"});
        requireCode(1, finished);
        requireHolds(finished.errors, "  config.yaml:");
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find("config.yaml: config.yaml") == std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find("is required") == std::string::npos);
    }

    void anUnknownResourceIsAnError() {
        if (!test::postgresAvailable()) return;
        const std::string http = "http:\n  public_base: http://localhost/\n  listeners:\n  - resources: [{name: helth}]\n    binds: [{address: '127.0.0.1:" + std::to_string(port()) + "'}]\n";
        configure(Database::shared().uri(Database::shared().create()), http);
        const test::Finished finished = run({"server"});
        requireCode(1, finished);
        requireHolds(finished.errors, "did you mean `health`");
        requireCode(1, run({"config", "check"}));
    }

    // The reference is one file; who copies ours alone must be told what is missing.
    void aProgramWithoutItsPluginsSaysWhereTheyBelong() {
        test::Launch check = launch({"config", "check"});
        std::filesystem::create_directories(directory() / "bin");
        std::filesystem::copy_file(check.arguments.front(), directory() / "bin/mas-cli");
        check.arguments.front() = directory() / "bin/mas-cli";
        check.environment.erase("LATCHKEY_PLUGIN_PATH");
        const test::Finished finished = test::run(check);
        requireCode(1, finished);
        requireHolds(finished.errors, "there is no secrets.so in " + std::filesystem::canonical(directory().path()).string() + "/lib");
    }

    void providersAreSaidToBeOfNoUse() {
        configure("postgresql://localhost/x", httpSection());
        requireLacks(run({"config", "check"}).errors, "upstream");
        directory().write("more.yaml", "upstream_oauth2: {providers: [{id: 01HFRQHW4KD7CMFTP8Q3FKSN2E, issuer: 'https://up.example/', client_id: x, "
                                       "token_endpoint_auth_method: none}]}\n");
        const test::Finished finished = run({"-c", "config.yaml", "-c", "more.yaml", "config", "check"});
        requireCode(0, finished);
        requireHolds(finished.errors, "more.yaml:1: upstream_oauth2.providers: are checked only");
    }

    void renderedTemplatesGoToAnEmptyFolder() {
        configure("postgresql://localhost/x", httpSection());
        requireCode(0, run({"templates", "check", "--out-dir", "out"}));
        CPPUNIT_ASSERT(std::filesystem::exists(directory() / "out/en"));
        const test::Finished again = run({"templates", "check", "--out-dir", "out"});
        requireCode(1, again);
        requireHolds(again.errors, "--out-dir: out is not empty");
    }

    void theEnvironmentNamesFiles() {
        const std::string one = directory().write("one.yaml", httpSection() + "database: {uri: 'postgresql://localhost/one'}\n");
        const std::string two = directory().write("two.yaml", "secrets: {encryption: " + kEncryption + "}\nmatrix: {secret: x}\ndatabase: {uri: 'postgresql://localhost/two'}\n");
        test::Launch dump = launch({"config", "dump"});
        dump.environment["MAS_CONFIG"] = one + ":" + two;
        const test::Finished finished = test::run(dump);
        requireCode(0, finished);
        requireHolds(finished.output, "postgresql://localhost/two");
        requireHolds(finished.output, "127.0.0.1:" + std::to_string(port()));
    }

    void variablesAreTheLowestLayer() {
        directory().write("config.yaml", "secrets: {encryption: " + kEncryption + "}\nmatrix: {secret: x, homeserver: from-the-file}\n");
        test::Launch dump = launch({"config", "dump"});
        dump.environment["MAS_MATRIX_HOMESERVER"] = "from-the-environment";
        dump.environment["mas_matrix_kind"] = "synapse_legacy";
        const test::Finished finished = test::run(dump);
        requireCode(0, finished);
        requireHolds(finished.output, "from-the-file");
        requireHolds(finished.output, "synapse_legacy");
    }

    void aDotEnvFileSetsVariables() {
        const std::string file = directory().write("named.yaml", configuration("postgresql://localhost/named"));
        directory().write(".env", "# a comment\nMAS_CONFIG=" + file + "\nexport MAS_MATRIX_KIND=\"synapse_legacy\"\n");
        const test::Finished finished = run({"config", "dump"});
        requireCode(0, finished);
        requireHolds(finished.output, "postgresql://localhost/named");
        requireHolds(finished.output, "synapse_legacy");
    }

    void aFileIsFoundInAParentDirectory() {
        configure("postgresql://localhost/parent");
        std::filesystem::create_directories(directory() / "a/b");
        test::Launch check = launch({"config", "check"});
        check.directory = directory() / "a/b";
        requireCode(0, test::run(check));
    }

    void laterFilesWinAndListsGrow() {
        configure("postgresql://localhost/x");
        const std::string second = directory().write("second.yaml", "http:\n  trusted_proxies: [192.0.2.1]\nmatrix: {homeserver: second.example}\n");
        const std::string third = directory().write("third.yaml", "http:\n  trusted_proxies: [192.0.2.2]\nmatrix: {homeserver: third.example}\n");
        const test::Finished finished = run({"-c", directory() / "config.yaml", "-c", second, "-c", third, "config", "dump"});
        requireCode(0, finished);
        for (const char* part : {"192.0.2.1", "192.0.2.2", "third.example"}) requireHolds(finished.output, part);
        requireLacks(finished.output, "second.example");
    }

    // All sections that MAS 1.21 knows, with most of their keys.
    static std::string everySection() {
        return "telemetry:\n  tracing: {exporter: none, propagators: [tracecontext], sample_rate: 1.0}\n  metrics: {exporter: prometheus}\n  sentry: {dsn: null}\n"
               "templates: {path: ./templates/, assets_manifest: ./manifest.json, translations_path: ./translations/}\n"
               "email: {from: '\"Service\" <noreply@example.com>', reply_to: '<help@example.com>', transport: smtp, mode: starttls, hostname: localhost, port: 587}\n"
               "passwords:\n  enabled: true\n  minimum_complexity: 3\n  schemes:\n  - {version: 1, algorithm: bcrypt, cost: 12, unicode_normalization: true}\n  - {version: 2, algorithm: argon2id}\n"
               "policy: {wasm_module: ./policy.wasm, register_entrypoint: register/violation, data: {admin_users: [alice], registration: {banned_usernames: {literals: [root]}}}}\n"
               "rate_limiting: {login: {per_ip: {burst: 3, per_second: 0.05}}, registration: {burst: 3, per_second: 0.001}}\n"
               "upstream_oauth2:\n  providers:\n  - id: 01HFVBY12TMNTYTBV8W921M5FA\n    issuer: https://idp.example/\n    client_id: mas\n    client_secret: upstream-secret\n"
               "    token_endpoint_auth_method: client_secret_basic\n    scope: openid email\n    claims_imports: {localpart: {action: require, template: '{{ user.name }}'}}\n"
               "branding: {service_name: Example, policy_uri: https://example.com/policy, tos_uri: https://example.com/tos, imprint: Example Ltd}\n"
               "captcha: {service: null, site_key: null, secret_key: null}\n"
               "account: {email_change_allowed: true, displayname_change_allowed: false, password_registration_enabled: false, password_recovery_enabled: true}\n"
               "oauth: {device_code_grant_enabled: true}\n"
               "experimental: {access_token_ttl: 300, compat_token_ttl: 300, inactive_session_expiration: {ttl: 86400, expire_user_sessions: false}}\n"
               "clients:\n- {client_id: 01HFRQHW4KD7CMFTP8Q3FKSN2E, client_auth_method: client_secret_basic, client_secret: static-secret, redirect_uris: ['https://app.example/cb']}\n";
    }

    void aConfigurationOfTheReferenceWorksAsItIs() {
        if (!test::postgresAvailable()) return;
        const std::string http = "http:\n  public_base: http://localhost:" + std::to_string(port()) + "/\n  issuer: https://example.com/\n  trusted_proxies: [127.0.0.1, 10.0.0.0/8]\n  listeners:\n"
                                 "  - name: web\n    resources: [{name: discovery}, {name: human}, {name: oauth}, {name: compat}, {name: graphql, playground: true}, {name: assets, path: ./assets/}, {name: adminapi}]\n    proxy_protocol: false\n"
                                 "    binds: [{host: 127.0.0.1, port: " + std::to_string(test::freePort()) + "}]\n"
                                 "  - name: internal\n    resources: [{name: health}, {name: prometheus}]\n    binds: [{address: '127.0.0.1:" + std::to_string(port()) + "'}]\n";
        Database& database = Database::shared();
        directory().write("config.yaml", configuration(database.uri(database.create()), http) + everySection());
        const test::Finished check = run({"config", "check"});
        requireCode(0, check);
        requireLacks(check.errors, "unknown key");
        const auto server = started();
        CPPUNIT_ASSERT_EQUAL(200, health());
        stop(*server);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigurationTest);

}  // namespace latchkey::e2e
