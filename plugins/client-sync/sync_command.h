// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/command.h"
#include "kernel/plugin.h"
#include "plugins/client-sync/sync.h"

#include <functional>

namespace latchkey::clients {

using RunSync = std::function<SyncResult(SyncMode)>;

/// Brings the configured clients into the database when the server starts.
class SyncAtStart final : public StartupTask {
public:
    explicit SyncAtStart(RunSync sync) : sync_(std::move(sync)) {}
    static OptionSpec serverOption();
    void run(const Arguments& serverArguments) override;

private:
    RunSync sync_;
};

/// `mas-cli config sync`: what the server does before it syncs (migrations too, unless it is a dry run), then that.
class SyncCommand final : public Command {
public:
    SyncCommand(const SyncAtStart& atStart, RunSync sync) : atStart_(atStart), sync_(std::move(sync)) {}
    std::string path() const override { return "config sync"; }
    std::string summary() const override { return "Bring the clients of the configuration into the database"; }
    Needs needs() const override { return Needs::base; }
    std::vector<OptionSpec> options() const override;
    int run(const Arguments& arguments, Services& services) override;

private:
    const SyncAtStart& atStart_;
    RunSync sync_;
};

}  // namespace latchkey::clients
