// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/migrations/reference_database.h"
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
    MigratorProcess(const test::Postgres& server, const std::string& database) : MigratorProcess(server.uri(database, kOwner)) {}
    explicit MigratorProcess(const std::string& uri);

    test::Launch launch(const std::vector<std::string>& arguments) const;
    test::Finished run(const std::vector<std::string>& arguments) const { return test::run(launch(arguments), kLong); }
    /// `database migrate` to its end; fails the test if it fails.
    void migrate() const;

private:
    test::TemporaryDirectory directory_;
};

}  // namespace latchkey::migrations
