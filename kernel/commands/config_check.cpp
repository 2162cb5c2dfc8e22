// SPDX-License-Identifier: Apache-2.0
#include "kernel/commands/commands.h"
#include "kernel/log.h"

namespace latchkey {

namespace {

class ConfigCheck final : public Command {
public:
    std::string path() const override { return "config check"; }
    std::string summary() const override { return "Check the configuration; every problem is named, with file, line and path"; }
    Needs needs() const override { return Needs::configuration; }
    int run(const Arguments&, Services&) override {
        log::Logger("kernel").info("config.valid", "the configuration is valid");
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> configCheckCommand(ServerApp&) { return std::make_unique<ConfigCheck>(); }

}  // namespace latchkey
