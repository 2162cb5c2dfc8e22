// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedded-postgres/cluster.h"
#include "plugins/embedded-postgres/data_directory.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <optional>
#include <string>

struct pg_conn;

namespace latchkey::embedded {

inline constexpr int kLong = 60'000;  // only a hang takes that

/// A session of the service's role with an embedded database.
class Session {
public:
    explicit Session(const std::string& socketDirectory);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    bool ok() const;
    std::string error() const;
    std::string ask(const std::string& sql) const;  ///< the first value, or the error

private:
    pg_conn* connection_;
};

/// The real mas-cli with no plugin but this one, on a real PostgreSQL, in a directory of each test's own.
class EmbeddedFixture : public CppUnit::TestFixture {
public:
    void setUp() override;
    void tearDown() override;

protected:
    const test::TemporaryDirectory& directory() const { return *directory_; }
    test::Launch launch(const std::vector<std::string>& arguments) const;
    test::Launch server() const { return launch({"server", "--embedded=" + data_}); }
    test::Launch doctor() const { return launch({"-c", data_ + "/config.yaml", "doctor"}); }
    std::unique_ptr<test::Process> started() const;  ///< a server that serves
    static void stop(test::Process& process);

    std::optional<RunningPostmaster> postmaster() const { return findPostmaster(data_ + "/pgdata"); }
    pid_t postmasterPid() const;
    std::string ask(const std::string& sql) const;
    bool answers() const { return ask("SELECT 1") == "1"; }
    static bool alive(pid_t pid);
    static unsigned modeOf(const std::string& path);
    static void skip(const std::string& why);

    std::string data_;            ///< the data directory; a test may set another
    std::optional<uid_t> user_;   ///< who runs mas-cli, if not we ourselves

private:
    std::optional<test::TemporaryDirectory> directory_;
};

}  // namespace latchkey::embedded
