// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/command.h"
#include "plugins/storage-postgres/connect_options.h"

#include <functional>

namespace latchkey::pg {

/// `mas-cli database status`: exit code 0 if the server could use this database (perhaps after migrating it), else 1.
class StatusCommand final : public Command {
public:
    explicit StatusCommand(std::function<ConnectOptions()> options) : options_(std::move(options)) {}
    std::string path() const override { return "database status"; }
    std::string summary() const override { return "Show the state of the database: schema, extension, locks, pooler, connections"; }
    Needs needs() const override { return Needs::base; }
    std::vector<OptionSpec> options() const override { return {{.name = "json", .help = "as JSON"}}; }
    int run(const Arguments& arguments, Services& services) override;

private:
    std::function<ConnectOptions()> options_;
};

}  // namespace latchkey::pg
