// SPDX-License-Identifier: Apache-2.0
#include "tests/package/installation.h"
#include "tests/support/http_client.h"
#include "tests/support/postgres.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <set>
#include <sstream>

namespace latchkey::package {

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    CPPUNIT_ASSERT_MESSAGE(what, at != std::string::npos);
    return text.replace(at, what.size(), by);
}

// A line that begins with a single # is an option that is switched off.
std::string withEveryOption(const std::string& text) {
    std::istringstream lines(text);
    std::string all;
    for (std::string line; std::getline(lines, line);) {
        const bool option = line.starts_with('#') && !line.starts_with("##");
        all += (option ? line.substr(1) : line) + "\n";
    }
    return all;
}

// The words that stand before a colon, comments left out.
std::set<std::string> keys(const std::string& yaml) {
    std::set<std::string> found;
    std::istringstream lines(yaml);
    for (std::string line; std::getline(lines, line);) {
        if (const auto first = line.find_first_not_of(" -"); first == std::string::npos || line[first] == '#') continue;
        for (std::size_t colon = line.find(':'); colon != std::string::npos; colon = line.find(':', colon + 1)) {
            const auto begin = line.find_last_not_of("abcdefghijklmnopqrstuvwxyz_0123456789", colon - 1);
            if (colon > 0) found.insert(line.substr(begin + 1, colon - begin - 1));
        }
    }
    return found;
}

}  // namespace

/// etc/config.example.yaml and etc/plugins.yaml, as they are installed.
class ExamplesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExamplesTest);
    CPPUNIT_TEST(theConfigurationIsRefusedWhileItHasNoSecrets);
    CPPUNIT_TEST(theConfigurationPassesOnceItHasItsSecrets);
    CPPUNIT_TEST(theConfigurationServesOnceItHasADatabase);
    CPPUNIT_TEST(everyOptionThatIsSwitchedOffPassesToo);
    CPPUNIT_TEST(noOptionWithADefaultIsMissing);
    CPPUNIT_TEST(thePluginsFilePassesBesideTheConfiguration);
    CPPUNIT_TEST_SUITE_END();

    const Installation& installation_ = Installation::shared();
    const test::TemporaryDirectory directory_;

    std::string example() const {
        std::string text = test::readText(installation_.example("config.example.yaml"));
        text = replaced(std::move(text), "CHANGE-ME-64-hexadecimal-digits", kEncryption);
        text = replaced(std::move(text), "CHANGE-ME-homeserver-secret", "homeserver-secret");
        return replaced(std::move(text), "CHANGE-ME-password", "database-password");
    }
    std::string everything() const { return directory_.write("everything.yaml", replaced(withEveryOption(example()), "/var/log/latchkey/latchkey.log", "/dev/stderr")); }

    void theConfigurationIsRefusedWhileItHasNoSecrets() {
        const test::Finished checked = installation_.run({"config", "check", "--config", installation_.example("config.example.yaml")});
        requireCode(1, checked);
        requireHolds(checked.errors, "secrets.encryption");
    }

    void theConfigurationPassesOnceItHasItsSecrets() {
        const test::Finished checked = installation_.run({"config", "check", "--config", directory_.write("config.yaml", example())});
        requireCode(0, checked);
        requireLacks(checked.errors, "WARN");
    }

    void theConfigurationServesOnceItHasADatabase() {
        test::Postgres& postgres = test::Postgres::shared();
        const int port = test::freePort();
        std::string text = replaced(example(), "postgresql://latchkey:database-password@localhost/latchkey", postgres.uri(postgres.createDatabase()));
        text = replaced(std::move(text), "127.0.0.1:8080", "127.0.0.1:0");
        text = replaced(std::move(text), "127.0.0.1:8081", "127.0.0.1:" + std::to_string(port));
        directory_.write("config.yaml", text);
        test::Process server(installation_.masCli({"server"}, directory_.path()));
        const bool ready = server.await("server.ready", kLong);
        CPPUNIT_ASSERT_MESSAGE(server.errors(), ready);
        test::HttpClient client(port);
        const auto health = client.get("/health");
        CPPUNIT_ASSERT(health && health->status == 200);
        server.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, server.wait(kLong).value_or(-1));
    }

    void everyOptionThatIsSwitchedOffPassesToo() {
        const test::Finished checked = installation_.run({"config", "check", "--config", everything()});
        requireCode(0, checked);
        requireLacks(checked.errors, "unknown key");
    }

    // With every section written, `config dump` adds whatever default a reader took that the example does not name.
    void noOptionWithADefaultIsMissing() {
        const test::Finished dumped = installation_.run({"config", "dump", "--config", everything()});
        requireCode(0, dumped);
        const std::set<std::string> named = keys(withEveryOption(example()));
        for (const std::string& key : keys(dumped.output)) CPPUNIT_ASSERT_MESSAGE("config.example.yaml lacks " + key, named.contains(key));
    }

    void thePluginsFilePassesBesideTheConfiguration() {
        const std::string config = directory_.write("config.yaml", example());
        const test::Finished checked = installation_.run({"config", "check", "--config", config, "--config", installation_.example("plugins.yaml")});
        requireCode(0, checked);
        requireLacks(checked.errors, "WARN");
        const auto listed = [&](std::vector<std::string> files) {
            std::vector<std::string> arguments = {"plugins", "list"};
            for (const std::string& file : files) arguments.insert(arguments.end(), {"--config", file});
            return installation_.run(arguments).output;
        };
        // It names every plugin that ships: with it, the list is the same as without.
        CPPUNIT_ASSERT_EQUAL(listed({config}), listed({config, installation_.example("plugins.yaml")}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExamplesTest);

}  // namespace latchkey::package
