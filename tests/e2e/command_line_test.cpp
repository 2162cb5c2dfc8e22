// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"

#include <sys/stat.h>

namespace latchkey::e2e {

class CommandLineTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(CommandLineTest);
    CPPUNIT_TEST(helpAndVersionWorkForEveryCommand);
    CPPUNIT_TEST(usageErrorsEndWithTwoAndSayWhatIsWrong);
    CPPUNIT_TEST(aServerWithoutConfigurationEndsWithOne);
    CPPUNIT_TEST(theConfigurationOptionStandsAnywhere);
    CPPUNIT_TEST(noCommandMeansServer);
    CPPUNIT_TEST(whatIsGeneratedPassesTheCheck);
    CPPUNIT_TEST(generateWritesAFileOfItsOwnerOnly);
    CPPUNIT_TEST(generateBeginsWithWhatSynapseSays);
    CPPUNIT_TEST(dumpShowsTheMergedConfigurationWithoutSecrets);
    CPPUNIT_TEST(pluginsListNamesWhatIsLoaded);
    CPPUNIT_TEST_SUITE_END();

    void helpAndVersionWorkForEveryCommand() {
        const std::vector<std::vector<std::string>> commands = {{}, {"server"}, {"config", "check"}, {"config", "dump"}, {"config", "generate"}, {"doctor"},
                                                                {"database", "harden"}, {"database", "migrate"}, {"database", "status"}, {"plugins", "list"}};
        for (const auto& command : commands) {
            for (const char* option : {"--help", "-h", "--version", "-V"}) {
                std::vector<std::string> arguments = command;
                arguments.emplace_back(option);
                const test::Finished finished = run(arguments);
                requireCode(0, finished);
                const bool help = std::string(option).ends_with("h") || std::string(option).ends_with("help");
                requireHolds(finished.output, help ? "Usage: mas-cli" : "mas-cli v");
                if (help && !command.empty()) requireHolds(finished.output, command.back());
            }
        }
        requireHolds(run({"help", "server"}).output, "--no-migrate");
        requireHolds(run({"help", "server"}).output, "--embedded");
    }

    void usageErrorsEndWithTwoAndSayWhatIsWrong() {
        const std::pair<std::vector<std::string>, const char*> cases[] = {
            {{"sever"}, "did you mean `server`"},      {{"config"}, "check"},          {{"config", "chek"}, "check"},
            {{"server", "--no-such"}, "no-such"},      {{"--nonsense"}, "nonsense"},   {{"config", "check", "extra"}, "extra"},
            {{"--config"}, "--config"},                {{"--no-migrate"}, "no-migrate"}, {{"config", "dump", "--output"}, "output"},
        };
        for (const auto& [arguments, part] : cases) {
            const test::Finished finished = run(arguments);
            requireCode(2, finished);
            requireHolds(finished.errors, part);
            CPPUNIT_ASSERT_EQUAL(std::string(), finished.output);
        }
    }

    void aServerWithoutConfigurationEndsWithOne() {
        const test::Finished finished = run({"server"});
        requireCode(1, finished);
        requireHolds(finished.errors, "config.yaml");
        for (const char* section : {"secrets", "matrix"}) requireHolds(finished.errors, section);
    }

    void theConfigurationOptionStandsAnywhere() {
        const std::string file = directory().write("other.yaml", configuration("postgresql://localhost/x"));
        requireCode(0, run({"-c", file, "config", "check"}));
        requireCode(0, run({"config", "check", "--config", file}));
        requireCode(0, run({"config", "--config=" + file, "check"}));
        requireCode(1, run({"config", "check"}));
    }

    void noCommandMeansServer() {
        const test::Finished finished = run({});
        requireCode(1, finished);
        requireHolds(finished.errors, "secrets");
    }

    void whatIsGeneratedPassesTheCheck() {
        const test::Finished first = run({"config", "generate"});
        requireCode(0, first);
        for (const char* section : {"http:", "database:", "email:", "secrets:", "passwords:", "matrix:"}) requireHolds(first.output, section);
        directory().write("config.yaml", first.output);
        const test::Finished check = run({"config", "check"});
        requireCode(0, check);
        requireLacks(check.errors, "unknown key");
        CPPUNIT_ASSERT_MESSAGE("the same secrets twice", run({"config", "generate"}).output != first.output);
    }

    void generateWritesAFileOfItsOwnerOnly() {
        const std::string file = directory() / "new.yaml";
        requireCode(0, run({"config", "generate", "-o", file}));
        requireHolds(test::readText(file), "secrets:");
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(file.c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(0U, info.st_mode & 077U);
    }

    void generateBeginsWithWhatSynapseSays() {
        const std::string synapse = directory().write("homeserver.yaml", R"(
server_name: example.org
enable_registration: true
oidc_providers:
  - {idp_id: kc, issuer: "https://sso.example.org", client_id: synapse, client_secret: hidden, idp_icon: "mxc://a/b",
     user_mapping_provider: {config: {localpart_template: "{{ user.name }}"}}}
)");
        const std::string second = directory().write("second.yaml", "public_baseurl: https://matrix.example.org\n");
        const test::Finished made = run({"config", "generate", "-s", synapse, "--synapse-config=" + second, "-o", directory() / "config.yaml"});
        requireCode(0, made);
        requireHolds(made.errors, "oidc_providers[0].idp_icon");
        const std::string text = test::readText(directory() / "config.yaml");
        for (const char* part : {"homeserver: example.org", "https://matrix.example.org/", "algorithm: bcrypt", "oidc-kc", "client_secret: hidden"}) requireHolds(text, part);
        const test::Finished check = run({"config", "check"});
        requireCode(0, check);
        requireLacks(check.errors, "unknown key");
        const test::Finished missing = run({"config", "generate", "-s", directory() / "nowhere.yaml"});
        requireCode(1, missing);
        requireHolds(missing.errors, "nowhere.yaml");
        CPPUNIT_ASSERT_EQUAL(std::string(), missing.output);
    }

    // Every value of the generated file that is long and random must be gone.
    void dumpShowsTheMergedConfigurationWithoutSecrets() {
        requireCode(0, run({"config", "generate", "-o", directory() / "config.yaml"}));
        const std::string generated = test::readText(directory() / "config.yaml");
        const std::string second = directory().write("second.yaml", "database: {uri: 'postgresql://mas:" + kPassword + "@db.example/mas'}\n");
        const test::Finished dump = run({"-c", directory() / "config.yaml", "-c", second, "config", "dump"});
        requireCode(0, dump);
        requireHolds(dump.output, "db.example");
        requireHolds(dump.output, "<redacted>");
        requireLacks(dump.output, kPassword);
        int secrets = 0;
        for (const std::string& line : lines(generated)) {
            const bool pem = line.find(':') == std::string::npos && line.size() > 60;
            const bool hex = line.find("encryption:") != std::string::npos;
            const bool shared = line.find(" secret:") != std::string::npos;
            if (!pem && !hex && !shared) continue;
            ++secrets;
            requireLacks(dump.output, value(line));
        }
        CPPUNIT_ASSERT_MESSAGE(generated, secrets > 10);
        requireLacks(dump.output, "PRIVATE KEY");
    }

    void pluginsListNamesWhatIsLoaded() {
        const test::Finished finished = run({"plugins", "list"});
        requireCode(0, finished);
        for (const char* plugin : {"storage-postgres", "embedded-postgres", "http", "health"}) requireHolds(finished.output, plugin);
    }

    static std::vector<std::string> lines(const std::string& text) {
        std::vector<std::string> all;
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find('\n', at), text.size());
            all.push_back(text.substr(at, end - at));
            at = end + 1;
        }
        return all;
    }
    static std::string value(const std::string& line) {
        const auto colon = line.find(": ");
        const std::string text = colon == std::string::npos ? line : line.substr(colon + 2);
        return text.substr(text.find_first_not_of(" '\""), 40);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandLineTest);

}  // namespace latchkey::e2e
