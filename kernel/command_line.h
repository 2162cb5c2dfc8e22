// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/command.h"
#include "kernel/export.h"

#include <string>
#include <vector>

namespace latchkey {

/// What stands on the command line before any plugin is loaded: the global options, which may stand anywhere, and the rest.
struct LATCHKEY_API GlobalOptions {
    std::vector<std::string> configFiles;
    bool help = false;
    bool version = false;
    std::vector<std::string> daemonOptions;  ///< --daemon, --pidfile=…, --umask=…: Poco's ServerApplication handles them
    std::vector<std::string> rest;           ///< command words, their options and arguments

    static GlobalOptions parse(const std::vector<std::string>& arguments);
};

/// Knows all commands; finds the one that is meant and parses its options. Throws UsageError.
class LATCHKEY_API CommandLine {
public:
    void add(Command& command);
    /// An option of `server` that a plugin brings.
    void addServerOption(OptionSpec option);

    struct Invocation {
        Command* command = nullptr;
        Arguments arguments;
    };
    Invocation parse(const std::vector<std::string>& rest) const;

    /// The help of the command, or of the group of commands, that `rest` begins with; of everything if it names none.
    std::string help(const std::vector<std::string>& rest) const;

    const std::vector<Command*>& commands() const { return commands_; }

private:
    struct Found {
        Command* command = nullptr;
        std::size_t words = 0;
    };
    Found find(const std::vector<std::string>& rest) const;
    std::vector<OptionSpec> optionsOf(const Command& command) const;
    std::vector<Command*> group(const std::string& prefix) const;
    [[noreturn]] void unknownCommand(const std::vector<std::string>& rest) const;

    std::vector<Command*> commands_;
    std::vector<OptionSpec> serverOptions_;
};

}  // namespace latchkey
