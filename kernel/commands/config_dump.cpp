// SPDX-License-Identifier: Apache-2.0
#include "kernel/commands/commands.h"
#include "kernel/commands/output.h"
#include "kernel/config/generate.h"
#include "kernel/config/yaml.h"
#include "kernel/server_app.h"

namespace latchkey {

namespace {

class ConfigDump final : public Command {
public:
    explicit ConfigDump(ServerApp& app) : app_(app) {}
    std::string path() const override { return "config dump"; }
    std::string summary() const override { return "Print the configuration as merged and completed; secrets are redacted"; }
    Needs needs() const override { return Needs::configuration; }
    std::vector<OptionSpec> options() const override {
        return {{.name = "output", .help = "write to this file instead of standard output", .argument = "PATH", .shortName = 'o'}};
    }
    int run(const Arguments& arguments, Services&) override {
        config::Node root = app_.tree().root;
        root.defaults.clear();
        writeResult(config::writeYaml(config::effective(root)), arguments.value("output"));
        return 0;
    }

private:
    ServerApp& app_;
};

}  // namespace

std::unique_ptr<Command> configDumpCommand(ServerApp& app) { return std::make_unique<ConfigDump>(app); }

}  // namespace latchkey
