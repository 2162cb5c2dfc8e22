// SPDX-License-Identifier: Apache-2.0
#include "tests/package/installation.h"
#include "tests/support/http_client.h"
#include "tests/support/postgres.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <filesystem>

namespace latchkey::package {

namespace {

// A user as the schema has it; everything else takes its default.
constexpr const char* kAlice = "INSERT INTO users (user_id, username, created_at) VALUES ('0190a3c0-0000-7000-8000-000000000001', 'alice', now())";

}  // namespace

/// etc/examples/plugin-hello, built out of tree with the installed package and run by the installed mas-cli.
class PluginHelloTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PluginHelloTest);
    CPPUNIT_TEST(isFoundByNameInAFolderAndAnswersOverHttp);
    CPPUNIT_TEST(isFoundByPath);
    CPPUNIT_TEST(isFoundBesideThePluginsThatShip);
    CPPUNIT_TEST(isListedWithItsGroupAndFile);
    CPPUNIT_TEST(bringsACommandThatUsesTheStorage);
    CPPUNIT_TEST(bringsACheckToTheDoctor);
    CPPUNIT_TEST(hasTheUnknownKeysOfItsSectionNamed);
    CPPUNIT_TEST(hasTheProblemsOfItsSectionReported);
    CPPUNIT_TEST(isRefusedWithAnotherApiNumber);
    CPPUNIT_TEST(isRefusedWithAnotherBuildStamp);
    CPPUNIT_TEST(isRefusedWithOtherHeaders);
    CPPUNIT_TEST(isRefusedWithTheDebuggingContainersOfTheLibrary);
    CPPUNIT_TEST(isRefusedWhenTheFileIsNotThere);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        directory_ = std::make_unique<test::TemporaryDirectory>();
        port_ = test::freePort();
    }
    void tearDown() override { directory_.reset(); }

private:
    std::string byName(const std::string& file) const {
        return "plugins:\n  directories: ['" + std::filesystem::path(file).parent_path().string() + "']\n  extra: [{plugin: hello, group: base}]\n";
    }
    static std::string byPath(const std::string& file) { return "plugins:\n  extra: [{plugin: '" + file + "', group: base}]\n"; }

    static std::string newDatabase() {
        test::Postgres& postgres = test::Postgres::shared();
        return postgres.uri(postgres.createDatabase());
    }

    void configure(const std::string& plugins, const std::string& hello = "", const std::string& database = "postgresql://localhost:1/none") const {
        directory_->write("config.yaml", plugins + hello +
            "http:\n  public_base: http://localhost:" + std::to_string(port_) + "/\n"
            "  listeners:\n  - resources: [{name: health}, {name: hello}]\n"
            "    binds: [{address: '127.0.0.1:" + std::to_string(port_) + "'}]\n"
            "database: {uri: '" + database + "'}\n"
            "secrets: {encryption: " + kEncryption + "}\n"
            "matrix: {homeserver: example.com, secret: homeserver-secret}\n");
    }

    test::Finished run(const std::vector<std::string>& arguments) const { return test::run(installation_.masCli(arguments, directory_->path()), kLong); }

    std::unique_ptr<test::Process> serve() const {
        auto process = std::make_unique<test::Process>(installation_.masCli({"server"}, directory_->path()));
        const bool ready = process->await("server.ready", kLong);
        CPPUNIT_ASSERT_MESSAGE(process->errors(), ready);
        return process;
    }
    void requireAnswer(int status, const std::string& path, const std::string& body) const {
        test::HttpClient client(port_);
        const auto reply = client.get(path);
        CPPUNIT_ASSERT_MESSAGE(path, reply.has_value());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(reply->body, status, reply->status);
        CPPUNIT_ASSERT_EQUAL(body, reply->body);
    }
    static void stop(test::Process& process) {
        process.signal(SIGTERM);
        const auto code = process.wait(kLong);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(process.errors(), 0, code.value_or(-1));
    }

    void isFoundByNameInAFolderAndAnswersOverHttp() {
        test::Postgres& postgres = test::Postgres::shared();
        const std::string database = postgres.createDatabase();
        configure(byName(installation_.hello()), "hello: {greeting: Good morning}\n", postgres.uri(database));
        const auto server = serve();
        postgres.sql(kAlice, database);
        requireAnswer(200, "/hello", "Good morning, everybody.\n");
        requireAnswer(200, "/hello/ALICE", "Good morning, alice.\n");
        requireAnswer(404, "/hello/bob", "There is nobody of that name.\n");
        stop(*server);
    }

    void isFoundByPath() {
        configure(byPath(installation_.hello()), "", newDatabase());
        const auto server = serve();
        requireAnswer(200, "/hello", "Hello, everybody.\n");
        stop(*server);
    }

    void isFoundBesideThePluginsThatShip() {
        const std::string source = installation_.directory() / "hello";
        must({CMAKE, "--install", source + "/build", "--prefix", installation_.prefix()});
        const std::string installed = installation_.lib() + "/latchkey/plugins/hello.so";
        configure("plugins: {extra: [hello]}\n");
        const test::Finished listed = run({"plugins", "list"});
        std::filesystem::remove(installed);
        requireCode(0, listed);
        requireHolds(listed.output, installed);
    }

    void isListedWithItsGroupAndFile() {
        configure(byName(installation_.hello()));
        const test::Finished listed = run({"plugins", "list"});
        requireCode(0, listed);
        requireHolds(listed.output, "hello                1.0      base   Greets: an example to start from (" + installation_.hello() + ")");
    }

    void bringsACommandThatUsesTheStorage() {
        test::Postgres& postgres = test::Postgres::shared();
        const std::string database = postgres.createDatabase();
        // In the group serve, too, whose start() is not called for a command.
        configure("plugins:\n  extra: ['" + installation_.hello() + "']\n", "hello: {greeting: Moin, loud: true}\n", postgres.uri(database));
        requireCode(0, run({"database", "migrate"}));
        postgres.sql(kAlice, database);
        CPPUNIT_ASSERT_EQUAL(std::string("Moin, alice!\n"), run({"hello", "greet", "alice"}).output);
        CPPUNIT_ASSERT_EQUAL(std::string("Moin, everybody!\n"), run({"hello", "greet"}).output);
        const test::Finished nobody = run({"hello", "greet", "bob"});
        requireCode(1, nobody);
        requireHolds(nobody.errors, "there is no user `bob`");
        requireHolds(run({"--help"}).output, "hello greet");
    }

    void bringsACheckToTheDoctor() {
        configure(byName(installation_.hello()), "hello: {loud: true}\n", newDatabase());
        const std::string report = run({"doctor"}).output;
        requireHolds(report, "ok    there is a database to find users in");
        requireHolds(report, "set hello.loud to false");
    }

    void hasTheUnknownKeysOfItsSectionNamed() {
        configure(byName(installation_.hello()), "hello:\n  greetin: Moin\n");
        const test::Finished checked = run({"config", "check"});
        requireCode(0, checked);  // unknown keys are warnings
        requireHolds(checked.errors, "config.yaml:5: hello.greetin: unknown key, ignored; did you mean `greeting`?");
    }

    void hasTheProblemsOfItsSectionReported() {
        configure(byName(installation_.hello()), "hello:\n  greeting: ''\n  loud: 1\n");
        const test::Finished checked = run({"config", "check"});
        requireCode(1, checked);
        requireHolds(checked.errors, "config.yaml:5: hello.greeting: must not be empty");
        requireHolds(checked.errors, "config.yaml:6: hello.loud:");
    }

    void requireRefusal(const std::string& file, const std::string& why) {
        configure(byPath(file));
        for (const std::vector<std::string>& command : {std::vector<std::string>{"server"}, {"config", "check"}, {"plugins", "list"}}) {
            const test::Finished refused = run(command);
            requireCode(1, refused);
            requireHolds(refused.errors, why);
        }
    }

    void isRefusedWithAnotherApiNumber() {
        // A copy of the header with another number, found before the installed one: what an author with an older package has.
        std::string header = test::readText(installation_.prefix() + "/include/latchkey/kernel/plugin_abi.h");
        const std::string number = "kPluginApi = ";
        const auto at = header.find(number);
        CPPUNIT_ASSERT(at != std::string::npos);
        const std::string spoken = header.substr(at + number.size(), header.find(';', at) - at - number.size());
        header.replace(at, number.size() + spoken.size(), number + "99");
        std::filesystem::create_directories(*directory_ / "older/kernel");
        directory_->write("older/kernel/plugin_abi.h", header);
        const std::string file = installation_.build("old-api", {"-I" + (*directory_ / "older")});
        requireRefusal(file, file + ": speaks plugin API 99, this server speaks " + spoken + ": rebuild it");
    }

    void isRefusedWithAnotherBuildStamp() {
        const std::string file = installation_.build("other-build", {"-std=c++2b"});
        requireRefusal(file, file + ": was built with `");
        requireHolds(run({"config", "check"}).errors, "rebuild it with the same compiler and options");
    }

    void isRefusedWithOtherHeaders() {
        std::filesystem::create_directories(*directory_ / "older/kernel");
        directory_->write("older/kernel/headers_digest.h", "#define LATCHKEY_HEADERS_DIGEST \"0123456789abcdef\"\n");
        const std::string file = installation_.build("other-headers", {"-I" + (*directory_ / "older")});
        requireRefusal(file, file + ": was built with other headers of Latchkey (0123456789abcdef) than this server");
    }

    void isRefusedWithTheDebuggingContainersOfTheLibrary() {
        const std::string file = installation_.build("debug", {"-D_GLIBCXX_DEBUG"});
        requireRefusal(file, "+debug`, this server with `");
    }

    void isRefusedWhenTheFileIsNotThere() {
        configure("plugins: {extra: [hello]}\n");
        const test::Finished checked = run({"config", "check"});
        requireCode(1, checked);
        requireHolds(checked.errors, "plugin hello (named in config.yaml:1): there is no hello.so in " + installation_.lib() + "/latchkey/plugins");
    }

    const Installation& installation_ = Installation::shared();
    std::unique_ptr<test::TemporaryDirectory> directory_;
    int port_ = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginHelloTest);

}  // namespace latchkey::package
