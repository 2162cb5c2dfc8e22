// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/command.h"
#include "plugins/storage-postgres/connect_options.h"

#include <functional>

namespace latchkey::pg {

/// `mas-cli database harden`: tokens and codes are kept as digests from now on, and those that are there become digests.
class HardenCommand final : public Command {
public:
    explicit HardenCommand(std::function<ConnectOptions()> options) : options_(std::move(options)) {}
    std::string path() const override { return "database harden"; }
    std::string summary() const override { return "Replace OAuth tokens and codes in the database by their digests; there is no way back"; }
    Needs needs() const override { return Needs::base; }
    std::vector<OptionSpec> options() const override { return {{.name = "yes", .help = "do not ask"}}; }
    int run(const Arguments& arguments, Services& services) override;

private:
    std::function<ConnectOptions()> options_;
};

}  // namespace latchkey::pg
