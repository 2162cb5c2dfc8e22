// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/plugin.h"
#include "plugins/storage-postgres/config.h"

namespace latchkey::pg {

class Connection;
struct ServerFacts;

/// `mas-cli doctor` about the database's server and the way to it.
class ServerCheck final : public DoctorCheck {
public:
    ServerCheck(const ConnectOptions& options, const PoolLimits& limits) : options_(options), limits_(limits) {}
    std::string name() const override { return "PostgreSQL"; }
    void run(Report& report) override;

private:
    bool pooler(Report& report) const;
    void version(Report& report, const ServerFacts& facts) const;
    void schema(Report& report, const ServerFacts& facts) const;
    void extension(Report& report, const ServerFacts& facts, Connection& connection) const;
    void migrations(Report& report, Connection& connection) const;
    void connections(Report& report, const ServerFacts& facts) const;
    void clock(Report& report, const ServerFacts& facts) const;
    void transport(Report& report, const ServerFacts& facts) const;

    const ConnectOptions& options_;
    const PoolLimits& limits_;
};

}  // namespace latchkey::pg
