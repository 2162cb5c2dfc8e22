// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/command.h"
#include "plugins/storage-postgres/config.h"

namespace latchkey::pg {

/// `mas-cli database status`: exit code 0 if the server could use this database (perhaps after migrating it), else 1.
class StatusCommand final : public Command {
public:
    explicit StatusCommand(const Config& config) : config_(config) {}
    std::string path() const override { return "database status"; }
    std::string summary() const override { return "Show the state of the database: schema, extension, locks, pooler, connections"; }
    Needs needs() const override { return Needs::base; }
    std::vector<OptionSpec> options() const override { return {{.name = "json", .help = "as JSON"}}; }
    int run(const Arguments& arguments, Services& services) override;

private:
    const Config& config_;
};

}  // namespace latchkey::pg
