// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/postgres.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

#include <string>

namespace latchkey::test {

/// True if there is a pgbouncer. If there is none: false when LATCHKEY_SKIP_PG=1; otherwise throws, so that the test fails.
bool pgbouncerAvailable();

/// A real pgbouncer in front of a test cluster, on a port of 127.0.0.1; everybody is let in as the superuser `postgres`.
class Pgbouncer {
public:
    /// `mode`: session, transaction or statement. `settings`: more lines for its section [pgbouncer].
    Pgbouncer(const Postgres& server, const std::string& mode, int poolSize = 20, const std::string& settings = {});

    int port() const { return port_; }
    std::string uri(const std::string& database) const { return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/" + database; }

private:
    Launch launch(const Postgres& server, const std::string& mode, int poolSize, const std::string& settings) const;

    TemporaryDirectory directory_;
    int port_;
    Process process_;
};

}  // namespace latchkey::test
