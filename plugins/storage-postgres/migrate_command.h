// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/command.h"
#include "kernel/plugin.h"
#include "plugins/storage-postgres/connect_options.h"

#include <functional>

namespace latchkey::pg {

/// Asked when a command runs, since commands are declared before anything is configured. May throw ConfigError.
using OptionsSource = std::function<ConnectOptions()>;

/// `mas-cli database migrate`.
class MigrateCommand final : public Command {
public:
    explicit MigrateCommand(OptionsSource options) : options_(std::move(options)) {}
    std::string path() const override { return "database migrate"; }
    std::string summary() const override { return "Bring the database schema up to date"; }
    Needs needs() const override { return Needs::base; }
    std::vector<OptionSpec> options() const override;
    int run(const Arguments& arguments, Services& services) override;

private:
    OptionsSource options_;
};

/// What `mas-cli server` does before it serves: migrates, or with --no-migrate refuses to go on when something is pending.
class MigrateAtStart final : public StartupTask {
public:
    explicit MigrateAtStart(OptionsSource options) : options_(std::move(options)) {}
    static std::vector<OptionSpec> serverOptions();
    /// Returns early when the process was asked to stop while it waited for another migrator.
    void run(const Arguments& serverArguments) override;

private:
    OptionsSource options_;
};

}  // namespace latchkey::pg
