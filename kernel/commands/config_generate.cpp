// SPDX-License-Identifier: Apache-2.0
#include "kernel/commands/commands.h"
#include "kernel/commands/output.h"
#include "kernel/config/generate.h"
#include "kernel/config/yaml.h"
#include "kernel/log.h"
#include "kernel/server_app.h"

namespace latchkey {

namespace {

class ConfigGenerate final : public Command {
public:
    explicit ConfigGenerate(ServerApp& app) : app_(app) {}
    std::string path() const override { return "config generate"; }
    std::string summary() const override { return "Print a new configuration with fresh secrets"; }
    Needs needs() const override { return Needs::nothing; }
    std::vector<OptionSpec> options() const override {
        std::vector<OptionSpec> all = {{.name = "output", .help = "write to this file instead of standard output", .argument = "PATH", .shortName = 'o'}};
        for (const config::ConfigImport* import : app_.imports()) all.push_back(import->option());
        return all;
    }
    int run(const Arguments& arguments, Services&) override {
        config::Node root = config::generate(app_.generators());
        for (const config::ConfigImport* import : app_.imports()) {
            const auto files = arguments.values(import->option().name);
            if (!files.empty()) import->apply(root, files);
        }
        writeResult(config::writeYaml(root), arguments.value("output"));
        log::Logger("kernel").info("config.generated", "generated a configuration with fresh secrets: keep it private");
        return 0;
    }

private:
    ServerApp& app_;
};

}  // namespace

std::unique_ptr<Command> configGenerateCommand(ServerApp& app) { return std::make_unique<ConfigGenerate>(app); }

}  // namespace latchkey
