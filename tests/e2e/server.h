// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/e2e/database.h"
#include "tests/support/http_client.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <string>
#include <vector>

namespace latchkey::e2e {

inline constexpr int kLong = 60'000;  // only a hang takes that
inline const std::string kEncryption = "9f3ab1c44de05577a1b2c3d4e5f60718293a4b5c6d7e8f900112233445566778";
inline const std::string kHomeserverSecret = "homeserver-Secret-0815";

/// What every end-to-end test has: a directory to run in, a free port, and a configuration that is enough. Servers and workers log all
/// that they can (or what LATCHKEY_TEST_LOG says, for who measures), and no test passes whose secrets one of them wrote
/// to a log, or in the clear to a database (tests/support/secret_watch.h).
class ServerFixture : public CppUnit::TestFixture {
public:
    void setUp() override;
    void tearDown() override;

protected:
    const test::TemporaryDirectory& directory() const { return *directory_; }
    int port() const { return port_; }

    /// A listener with all of the resources that exist, on port().
    std::string httpSection() const;
    /// A whole configuration: httpSection() (or `http`), the database by URI, the secrets.
    std::string configuration(const std::string& databaseUri, const std::string& http = {}) const;
    /// The same with keys, made in the directory: RSA for what clients get by default, P-256 for what they may ask for. A server that
    /// has none refuses `openid`.
    std::string configurationWithKeys(const std::string& databaseUri, const std::string& http) const;
    /// Written as config.yaml in the directory, where mas-cli looks for it by itself.
    void configure(const std::string& databaseUri, const std::string& http = {}) const;

    test::Launch launch(const std::vector<std::string>& arguments) const;
    test::Finished run(const std::vector<std::string>& arguments) const { return test::run(launch(arguments), kLong); }
    /// Takes up what another program recorded of its traffic with the server, in the file `traffic` of the directory.
    void noteTraffic() const;
    /// `mas-cli server`, when it serves.
    std::unique_ptr<test::Process> started() const { return started(launch({"server"})); }
    static std::unique_ptr<test::Process> started(const test::Launch& launch);
    static void stop(test::Process& process);
    /// Looks for the test's secrets in the databases that it made, as happens after each test.
    static void judgeDatabases();
    /// The status of GET /health; 0 if there was no answer.
    int health() const;

    static void skip(const std::string& why);
    static void requireHolds(const std::string& text, const std::string& part);
    static void requireLacks(const std::string& text, const std::string& part);
    /// The exit code and, for a failure, what it printed.
    static void requireCode(int expected, const test::Finished& finished);

private:
    void noteConfigurations() const;
    void judgeLogFiles() const;

    std::unique_ptr<test::TemporaryDirectory> directory_;
    int port_ = 0;
};

}  // namespace latchkey::e2e
