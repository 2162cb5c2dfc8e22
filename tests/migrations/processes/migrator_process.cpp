// SPDX-License-Identifier: Apache-2.0
#include "tests/migrations/processes/migrator_process.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::migrations {

namespace {

// Made once: doctor complains of a configuration without one.
const std::string& signingKey() {
    static const test::TemporaryDirectory directory;
    static const std::string file = [] {
        const std::string path = directory.path() + "/rsa.pem";
        test::Launch openssl;
        openssl.arguments = {"/usr/bin/env", "openssl", "genrsa", "-out", path, "2048"};
        test::run(openssl);
        return path;
    }();
    return file;
}

}  // namespace

MigratorProcess::MigratorProcess(const std::string& uri) {
    const std::string port = std::to_string(test::freePort());
    directory_.write("config.yaml",
                     "http:\n  public_base: http://localhost:" + port + "/\n  listeners:\n  - name: web\n    resources: [{name: health}]\n"
                     "    binds: [{address: '127.0.0.1:" + port + "'}]\n"
                     "database:\n  uri: " + uri + "\n"
                     "secrets:\n  encryption: 3b6f1e09c84d72a5f0e7196b2d8c53a4417fe0b95c2a68d3907e1fb4a65d82c7\n  keys: [{key_file: '" + signingKey() + "'}]\n"
                     "matrix:\n  homeserver: localhost:9\n  endpoint: http://127.0.0.1:9/\n  secret: not-a-secret\n");
}

test::Launch MigratorProcess::launch(const std::vector<std::string>& arguments) const {
    test::Launch launch;
    launch.arguments = {MAS_CLI};
    launch.arguments.insert(launch.arguments.end(), arguments.begin(), arguments.end());
    launch.directory = directory_.path();
    launch.environment = {{"HOME", directory_.path()}, {"LATCHKEY_PLUGIN_PATH", PLUGINS}};
    return launch;
}

void MigratorProcess::migrate() const {
    const test::Finished finished = run({"database", "migrate"});
    CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.output + finished.errors, 0, finished.code);
}

}  // namespace latchkey::migrations
