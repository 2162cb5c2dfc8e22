// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"

#include "tests/support/secret_watch.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace latchkey::e2e {

namespace {

using test::SecretWatch;

// The command of those that go on running; empty for others, which may print a secret because somebody asked for it.
std::string runningCommand(const std::vector<std::string>& arguments) {
    if (arguments.front() != MAS_CLI) return {};
    for (const char* command : {"server", "worker"}) {
        if (std::ranges::count(arguments, command) > 0) return command;
    }
    return {};
}

void programEnded(const std::vector<std::string>& arguments, const std::string& printed) {
    const std::string command = runningCommand(arguments);
    if (!command.empty()) SecretWatch::shared().judgeLog("mas-cli " + command, printed);
}

void answered(const test::HttpReply& reply) {
    std::string head;
    for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
    SecretWatch::shared().noteAnswer(head + "\r\n" + reply.body);
}

constexpr test::HttpClient::Observer kObserver{[](const std::string& bytes) { SecretWatch::shared().noteRequest(bytes); }, answered};

std::string contentOf(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

void ServerFixture::setUp() {
    SecretWatch::shared().forget();
    for (const std::string& secret : {kEncryption, kHomeserverSecret, kPassword}) SecretWatch::shared().note(secret);
    test::Process::observe(programEnded);
    test::HttpClient::observe(&kObserver);
    directory_ = std::make_unique<test::TemporaryDirectory>();
    port_ = test::freePort();
}

void ServerFixture::tearDown() {
    judgeLogFiles();
    judgeDatabases();
    directory_.reset();
    CPPUNIT_ASSERT_EQUAL(std::string(), SecretWatch::shared().takeFindings());
}

void ServerFixture::noteConfigurations() const {
    for (const auto& each : std::filesystem::directory_iterator(directory_->path())) {
        if (each.path().extension() == ".yaml") SecretWatch::shared().noteConfiguration(contentOf(each.path()));
    }
}

void ServerFixture::noteTraffic() const {
    const std::string traffic = contentOf(directory_->path() + "/traffic");
    CPPUNIT_ASSERT_MESSAGE("no traffic was recorded", !traffic.empty());
    SecretWatch::shared().noteRequest(traffic);
    SecretWatch::shared().noteAnswer(traffic);
}

void ServerFixture::judgeLogFiles() const {
    for (const auto& each : std::filesystem::directory_iterator(directory_->path())) {
        if (each.path().extension() == ".log") SecretWatch::shared().judgeLog(each.path().filename().string(), contentOf(each.path()));
    }
}

void ServerFixture::judgeDatabases() {
    if (!test::postgresAvailable()) return;
    Database& database = Database::shared();
    for (const std::string& name : database.takeCreated()) SecretWatch::shared().judge("database " + name, database.dump(name));
}

std::string ServerFixture::httpSection() const {
    return "http:\n"
           "  public_base: http://localhost:" + std::to_string(port_) + "/\n"
           "  listeners:\n"
           "  - name: web\n"
           "    resources: [{name: health}, {name: discovery}, {name: prometheus}, {name: connection-info}]\n"
           "    binds: [{address: '127.0.0.1:" + std::to_string(port_) + "'}]\n";
}

std::string ServerFixture::configuration(const std::string& databaseUri, const std::string& http) const {
    return (http.empty() ? httpSection() : http) + "database:\n  uri: " + databaseUri + "\n  connect_timeout: 5\n"
           "secrets:\n  encryption: " + kEncryption + "\n"
           "matrix:\n  homeserver: example.com\n  endpoint: http://127.0.0.1:9/\n  secret: " + kHomeserverSecret + "\n";
}

std::string ServerFixture::configurationWithKeys(const std::string& databaseUri, const std::string& http) const {
    const auto key = [](const std::vector<std::string>& options) {
        test::Launch launch;
        launch.arguments = {"/usr/bin/env", "openssl", "genpkey"};
        launch.arguments.insert(launch.arguments.end(), options.begin(), options.end());
        const auto made = test::run(launch, kLong);
        requireCode(0, made);
        return made.output;
    };
    const std::string rsa = directory_->write("rsa.pem", key({"-algorithm", "RSA"}));
    const std::string ec = directory_->write("ec.pem", key({"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"}));
    std::string text = configuration(databaseUri, http);
    return text.replace(text.find("secrets:\n"), 9, "secrets:\n  keys: [{key_file: '" + rsa + "'}, {key_file: '" + ec + "'}]\n");
}

void ServerFixture::configure(const std::string& databaseUri, const std::string& http) const {
    directory_->write("config.yaml", configuration(databaseUri, http));
}

test::Launch ServerFixture::launch(const std::vector<std::string>& arguments) const {
    test::Launch launch;
    launch.arguments = {MAS_CLI};
    launch.arguments.insert(launch.arguments.end(), arguments.begin(), arguments.end());
    launch.directory = directory_->path();
    launch.environment = {{"HOME", directory_->path()}, {"LATCHKEY_PLUGIN_PATH", PLUGINS}};
    const char* log = std::getenv("LATCHKEY_TEST_LOG");
    if (!runningCommand(launch.arguments).empty()) launch.environment["RUST_LOG"] = log != nullptr ? log : "trace";
    noteConfigurations();
    return launch;
}

std::unique_ptr<test::Process> ServerFixture::started(const test::Launch& launch) {
    auto process = std::make_unique<test::Process>(launch);
    const bool ready = process->await("server.ready", kLong);
    CPPUNIT_ASSERT_MESSAGE(process->errors(), ready);
    return process;
}

void ServerFixture::stop(test::Process& process) {
    process.signal(SIGTERM);
    const auto code = process.wait(kLong);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(process.errors(), 0, code.value_or(-1));
}

int ServerFixture::health() const {
    test::HttpClient client(port_);
    const auto reply = client.get("/health");
    return reply ? reply->status : 0;
}

void ServerFixture::skip(const std::string& why) { std::fprintf(stderr, "SKIPPED: %s\n", why.c_str()); }

void ServerFixture::requireHolds(const std::string& text, const std::string& part) {
    CPPUNIT_ASSERT_MESSAGE("`" + part + "` is missing in:\n" + text, text.find(part) != std::string::npos);
}

void ServerFixture::requireLacks(const std::string& text, const std::string& part) {
    CPPUNIT_ASSERT_MESSAGE("`" + part + "` stands in:\n" + text, text.find(part) == std::string::npos);
}

void ServerFixture::requireCode(int expected, const test::Finished& finished) {
    CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.output + finished.errors, expected, finished.code);
}

}  // namespace latchkey::e2e
