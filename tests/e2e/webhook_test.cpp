// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"

namespace latchkey::e2e {

/// The example of a webhook's receiver as the homeserver of a real server.
class WebhookHomeserverTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(WebhookHomeserverTest);
    CPPUNIT_TEST(aHomeserverWithoutCppHearsOfUsersAndReachesUs);
    CPPUNIT_TEST_SUITE_END();

    // What it prints has its address.
    std::unique_ptr<test::Process> receiver() const {
        test::Launch launch;
        launch.arguments = {"/usr/bin/env", "python3", RECEIVER, "--port", "0", "--secret-file", directory().write("secret", kHomeserverSecret), "--state", directory() / "users.json",
                            "--service", "http://127.0.0.1:" + std::to_string(port()) + "/"};
        auto process = std::make_unique<test::Process>(launch);
        CPPUNIT_ASSERT_MESSAGE(process->errors(), process->await("/\n", kLong));
        return process;
    }

    void aHomeserverWithoutCppHearsOfUsersAndReachesUs() {
        if (!test::postgresAvailable()) return;
        const auto homeserver = receiver();
        const std::string said = homeserver->output();
        const std::string url = said.substr(said.find("http://"), said.find('\n') - said.find("http://"));
        const std::string address = "127.0.0.1:" + std::to_string(port());
        const std::string http = "http:\n  public_base: http://" + address + "/\n  listeners:\n  - resources: [{name: health}, {name: oauth}]\n    binds: [{address: '" + address + "'}]\n";
        directory().write("config.yaml", configuration(Database::shared().uri(Database::shared().create()), http) + "  kind: webhook\n");
        directory().write("second.yaml", "matrix: {endpoint: '" + url + "'}\n");
        const std::vector<std::string> both = {"-c", "config.yaml", "-c", "second.yaml"};
        const auto with = [&](std::vector<std::string> more) {
            more.insert(more.begin(), both.begin(), both.end());
            return more;
        };
        const auto server = started(launch(with({"server"})));
        requireCode(0, run(with({"manage", "register-user", "--yes", "alice", "-d", "Alice A", "-e", "alice@example.org"})));
        const auto holds = [&] {
            const std::string state = test::readText(directory() / "users.json");
            return state.find("Alice A") != std::string::npos && state.find("alice@example.org") != std::string::npos;
        };
        CPPUNIT_ASSERT(test::eventually(holds, kLong));
        requireCode(1, run(with({"manage", "register-user", "--yes", "irc-bot"})));
        const test::Finished doctor = run(with({"doctor"}));
        for (const char* part : {"takes our calls (webhook)", "the homeserver is example.com", "reaches this service to ask about tokens"}) requireHolds(doctor.output + doctor.errors, part);
        stop(*server);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WebhookHomeserverTest);

}  // namespace latchkey::e2e
