// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/command_line.h"
#include "kernel/config/environment.h"
#include "kernel/config/section.h"
#include "kernel/config/tree.h"
#include "kernel/notify.h"
#include "kernel/plugin_host.h"

#include <Poco/Util/ServerApplication.h>

#include <memory>
#include <string>
#include <vector>

namespace latchkey {

/// The process: reads the configuration's layers, loads the plugins, finds the command and runs it with as much of the server
/// started as it needs. Exit codes: 0 success (a stop by signal, too), 1 any error, 2 a wrong command line.
class LATCHKEY_API ServerApp final : public Poco::Util::ServerApplication, private Declarations {
public:
    ServerApp();
    ~ServerApp() override;

    /// Entry point: splits the command line and hands what Poco understands (--daemon …) to Poco.
    int start(int argc, char** argv);

    // What commands need.
    PluginHost& plugins() { return host_; }
    ServiceManager& serviceManager() { return serviceManager_; }
    const config::Tree& tree() const { return tree_; }
    const std::vector<const config::SectionGenerator*>& generators() const { return generators_; }
    const std::vector<const config::ConfigImport*>& imports() const { return imports_; }
    const std::vector<std::string>& refusedPlugins() const { return loadErrors_; }
    /// Reads the `logging:` section and RUST_LOG again; opens the log file anew.
    void configureLogging();

protected:
    int main(const std::vector<std::string>& arguments) override;

private:
    class AmendmentOfTree;

    void command(Command& command) override;
    void serverOption(OptionSpec option) override;
    void generator(const config::SectionGenerator& generator) override;
    void import(const config::ConfigImport& import) override;

    int runCommand();
    int execute(const CommandLine::Invocation& invocation);
    void readConfiguration();
    void loadPlugins();
    void configure(const CommandLine::Invocation& invocation);
    void logRefusals();
    void logWarnings();

    GlobalOptions options_;
    std::string directory_;  // where the process was started: Poco's daemon mode changes it
    CommandLine commandLine_;
    config::Problems problems_;
    config::Tree tree_;
    std::size_t warningsLogged_ = 0;
    bool fileFound_ = false;
    bool unreadable_ = false;  // a configuration file, as a whole
    std::vector<std::string> loadErrors_;
    std::vector<const config::SectionGenerator*> generators_;
    std::vector<const config::ConfigImport*> imports_;
    std::vector<std::unique_ptr<Command>> builtIn_;
    ServiceManager serviceManager_;
    PluginHost host_;
};

}  // namespace latchkey
