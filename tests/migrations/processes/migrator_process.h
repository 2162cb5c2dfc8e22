// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/postgres.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

#include <string>
#include <vector>

namespace latchkey::migrations {

inline constexpr int kLong = 60'000;  // only a hang takes that

/// mas-cli with a configuration for one database.
class MigratorProcess {
public:
    MigratorProcess(const test::Postgres& server, const std::string& database);

    test::Launch launch(const std::vector<std::string>& arguments) const;
    test::Finished run(const std::vector<std::string>& arguments) const { return test::run(launch(arguments), kLong); }
    /// `database migrate` to its end; fails the test if it fails.
    void migrate() const;
    /// Where `server` would serve.
    int port() const { return port_; }

private:
    test::TemporaryDirectory directory_;
    int port_;
};

}  // namespace latchkey::migrations
