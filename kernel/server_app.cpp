// SPDX-License-Identifier: Apache-2.0
#include "kernel/server_app.h"

#include "kernel/commands/commands.h"
#include "kernel/config/generate.h"
#include "kernel/error.h"
#include "kernel/log.h"
#include "kernel/poco_log.h"
#include "kernel/signals.h"
#include "kernel/version.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace latchkey {

namespace {

const log::Logger kLog("kernel");

constexpr int kFailure = 1;
constexpr int kUsage = 2;

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace

// What plugins see in Plugin::amend.
class ServerApp::AmendmentOfTree final : public Amendment {
public:
    AmendmentOfTree(ServerApp& app, const Arguments& arguments) : app_(app), arguments_(arguments) {}
    config::Tree& tree() override { return app_.tree_; }
    const Arguments& serverArguments() const override { return arguments_; }
    bool fileFound() const override { return app_.fileFound_; }
    config::Node generateConfiguration() const override { return config::generate(app_.generators_); }

private:
    ServerApp& app_;
    const Arguments& arguments_;
};

ServerApp::ServerApp() : builtIn_(kernelCommands(*this)) {
    for (const auto& each : builtIn_) commandLine_.add(*each);
}

ServerApp::~ServerApp() = default;

int ServerApp::start(int argc, char** argv) {
    std::error_code ignored;
    directory_ = std::filesystem::current_path(ignored).string();
    try {
        options_ = GlobalOptions::parse({argv + 1, argv + argc});
    } catch (const UsageError& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return kUsage;
    }
    std::vector<char*> forPoco = {argv[0]};
    for (std::string& option : options_.daemonOptions) forPoco.push_back(option.data());
    forPoco.push_back(nullptr);
    routePocoLogs();
    return run(static_cast<int>(forPoco.size()) - 1, forPoco.data());
}

int ServerApp::main(const std::vector<std::string>&) {
    if (options_.version) {
        print(std::string("mas-cli v") + kVersion + " (Latchkey)\n");
        return 0;
    }
    if (!directory_.empty() && ::chdir(directory_.c_str()) != 0) kLog.warn("start.directory", "cannot go back to the starting directory", {{"directory", directory_}});
    try {
        return runCommand();
    } catch (const UsageError& error) {
        std::fprintf(stderr, "error: %s\n\n%s", error.what(), "For more information, try `mas-cli --help`.\n");
        return kUsage;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "Error: %s\n", error.what());
        return kFailure;
    }
}

int ServerApp::runCommand() {
    readConfiguration();
    configureLogging();
    loadPlugins();
    if (options_.help) {
        logRefusals();
        print(commandLine_.help(options_.rest));
        return 0;
    }
    return execute(commandLine_.parse(options_.rest));
}

void ServerApp::readConfiguration() {
    const std::string dotEnv = config::loadDotEnv(problems_);
    tree_ = config::loadLayers(options_.configFiles, problems_, fileFound_);
    unreadable_ = problems_.failed();
    if (!dotEnv.empty()) kLog.info("config.env", "loaded environment variables from a file", {{"file", dotEnv}});
}

void ServerApp::configureLogging() {
    config::Problems ignored;  // reported once, by configure()
    const config::Section section = config::Section(tree_, ignored).section("logging");
    const char* environmentFormat = std::getenv("LATCHKEY_LOG_FORMAT");
    const std::string format = environmentFormat != nullptr ? environmentFormat : section.oneOf("format", "text", {"text", "json"});
    const char* rustLog = std::getenv("RUST_LOG");
    const std::string filter = rustLog != nullptr ? rustLog : section.string("filter", "info");
    if (const auto file = section.optionalString("file")) {
        const int fd = ::open(file->c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
        if (fd < 0 || ::dup2(fd, STDERR_FILENO) < 0) kLog.error("log.file", "the log file cannot be opened; logging to standard error", {{"file", *file}});
        if (fd >= 0) ::close(fd);
    }
    log::configure(filter, format == "json" ? log::Format::json : log::Format::text);
}

void ServerApp::loadPlugins() {
    const PluginSelection selection = PluginSelection::parse(config::Section(tree_, problems_));
    for (const PluginChoice& choice : selection.choices) {
        try {
            host_.load(choice, selection.directories);
        } catch (const PluginError& error) {
            loadErrors_.emplace_back(error.what());
        }
    }
    host_.declare(*this);
}

void ServerApp::command(Command& command) { commandLine_.add(command); }
void ServerApp::serverOption(OptionSpec option) { commandLine_.addServerOption(std::move(option)); }
void ServerApp::generator(const config::SectionGenerator& generator) { generators_.push_back(&generator); }
void ServerApp::import(const config::ConfigImport& import) { imports_.push_back(&import); }

void ServerApp::logRefusals() {
    for (const std::string& error : loadErrors_) kLog.error("plugin.refused", error);
}

void ServerApp::logWarnings() {
    const auto& warnings = problems_.warnings();
    for (; warningsLogged_ < warnings.size(); ++warningsLogged_) kLog.warn("config.warning", warnings[warningsLogged_]);
}

void ServerApp::configure(const CommandLine::Invocation& invocation) {
    if (unreadable_) {  // whatever else is missing may stand in that file
        logWarnings();
        problems_.throwIfFailed();
    }
    if (!loadErrors_.empty()) {
        std::string all = "not every plugin could be loaded:";
        for (const std::string& error : loadErrors_) all += "\n  " + error;
        throw PluginError(all);
    }
    const Arguments none;
    AmendmentOfTree amendment(*this, invocation.command->path() == "server" ? invocation.arguments : none);
    host_.amend(amendment);
    const config::Section root(tree_, problems_);
    const config::Section logging = root.section("logging");
    logging.oneOf("format", "text", {"text", "json"});
    logging.string("filter", "info");
    logging.optionalString("file");
    host_.configure(root);
    config::reportUnknownKeys(tree_, problems_);
    logWarnings();
    problems_.throwIfFailed();
}

int ServerApp::execute(const CommandLine::Invocation& invocation) {
    Command& command = *invocation.command;
    if (command.path() != "server" && command.path() != "worker") unblockSignals();
    if (command.needs() == Needs::nothing) {
        logRefusals();
        return command.run(invocation.arguments, host_.services());
    }
    configure(invocation);
    if (command.needs() == Needs::base) host_.start(PluginGroup::base);
    const int code = command.run(invocation.arguments, host_.services());
    host_.stop();
    return code;
}

}  // namespace latchkey
