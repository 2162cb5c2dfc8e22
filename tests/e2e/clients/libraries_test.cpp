// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "tests/e2e/server.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <unistd.h>

namespace latchkey::e2e {

namespace {

// By the default scheme, made with the argon2 reference implementation.
const std::string kPersonsPassword = "correct horse battery staple";
const std::string kPersonsHash = "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlIHNsdA$k81ovk8fkH1PorA/36zCkEKia28tQyMQYijfaS5RQy4";
// All that form encoding and Basic could get wrong; ASCII only, since Authlib sends nothing beyond Latin-1.
const std::string kSpecialClient = "01JW0000000000000000000000";
const std::string kSpecialSecret = "a:b c%20d+e&f=g/\"<>~";
const int kPatience = 15 * kLong;
const std::vector<std::vector<std::string>> kPrograms = {{"node", INSTALLED "/cases.mjs"}, {INSTALLED "/python/bin/python", INSTALLED "/cases.py"}};

// Installing needs the proxies, certificates and caches that the machine is set up with.
std::map<std::string, std::string> ownEnvironment() {
    std::map<std::string, std::string> all;
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string line = *each;
        if (const std::size_t sign = line.find('='); sign != std::string::npos) all[line.substr(0, sign)] = line.substr(sign + 1);
    }
    return all;
}

int linesBeginningWith(const std::string& text, const std::string& beginning) {
    int found = 0;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) found += line.starts_with(beginning) ? 1 : 0;
    return found;
}

}  // namespace

class LibrariesTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(LibrariesTest);
    CPPUNIT_TEST(standardClientLibrariesWork);
    CPPUNIT_TEST_SUITE_END();

    std::string http() const {
        return "http:\n"
               "  public_base: " + issuer() + "\n"
               "  listeners:\n"
               "  - name: web\n"
               "    resources: [{name: health}, {name: discovery}, {name: human}, {name: assets}, {name: oauth}]\n"
               "    binds: [{address: '127.0.0.1:" + std::to_string(port()) + "'}]\n"
               "outgoing_http: {allow_private_addresses: [127.0.0.0/8]}\n"
               "clients: [{client_id: " + kSpecialClient + ", client_auth_method: client_secret_basic, client_secret: '" + kSpecialSecret + "', redirect_uris: ['http://127.0.0.1:9/cb']}]\n"
               "policy: {data: {consent: {remember_clients: [" + kSpecialClient + "]}}}\n"
               "rate_limiting:\n"
               "  login: {per_ip: {burst: 100000, per_second: 1000}}\n"
               "  client_secret: {per_ip: {burst: 100000, per_second: 1000}}\n"
               "  client_registration: {burst: 100000, per_second: 1000}\n"
               "  user_code: {burst: 100000, per_second: 1000}\n";
    }
    std::string issuer() const { return "http://localhost:" + std::to_string(port()) + "/"; }

    void prepare(const std::string& database) const {
        directory().write("config.yaml", configurationWithKeys(Database::shared().uri(database), http()));
        requireCode(0, run({"database", "migrate"}));
        const std::string user = newId(currentTime()).uuid();
        Database::shared().admin("INSERT INTO users (user_id, username, created_at) VALUES ('" + user + "', 'alice', now());"
            "INSERT INTO user_passwords (user_password_id, user_id, hashed_password, version, created_at) VALUES ('" + newId(currentTime()).uuid() + "', '" + user + "', '" + kPersonsHash + "', 1, now());", database);
    }
    test::Finished runProgram(const std::vector<std::string>& program) const {
        test::Launch launch;
        launch.arguments = {"/usr/bin/env"};
        launch.arguments.insert(launch.arguments.end(), program.begin(), program.end());
        launch.environment = {{"HOME", directory().path()}, {"ISSUER", issuer()}, {"USERNAME_OF_PERSON", "alice"}, {"PASSWORD_OF_PERSON", kPersonsPassword},
                              {"SPECIAL_CLIENT_ID", kSpecialClient}, {"SPECIAL_SECRET", kSpecialSecret}, {"PYTHONUTF8", "1"}};
        if (const char* only = std::getenv("ONLY")) launch.environment["ONLY"] = only;
        return test::run(launch, kPatience);
    }

public:
    void standardClientLibrariesWork() {
        if (!test::postgresAvailable()) return;
        test::Launch install;
        install.arguments = {CLIENT_TESTS "/install", INSTALLED};
        install.environment = ownEnvironment();
        if (const auto done = test::run(install, kPatience); done.code != 0) return skip("standard client libraries: npm or pip could not install them:\n" + done.output + done.errors);
        const std::string database = Database::shared().create();
        prepare(database);
        const auto server = started();
        int passed = 0, failed = 0;
        for (const std::vector<std::string>& program : kPrograms) {
            const auto finished = runProgram(program);
            std::printf("\n%s%s", finished.output.c_str(), finished.errors.c_str());
            passed += linesBeginningWith(finished.output, "ok ");
            failed += linesBeginningWith(finished.output, "FAILED ");
            if (finished.code != 0 && linesBeginningWith(finished.output, "FAILED ") == 0) ++failed;  // it did not get to its end
        }
        std::printf("%d passed, %d failed\n", passed, failed);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(server->errors(), 0, failed);
        CPPUNIT_ASSERT(passed > 0);
        stop(*server);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(LibrariesTest);

}  // namespace latchkey::e2e
