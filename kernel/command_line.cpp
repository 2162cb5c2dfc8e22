// SPDX-License-Identifier: Apache-2.0
#include "kernel/command_line.h"

#include "kernel/config/nearest.h"
#include "kernel/error.h"

#include <Poco/Util/Option.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>

#include <algorithm>

namespace latchkey {

namespace {

// The value of `-c X`, `-cX`, `--config X`, `--config=X` at position i, which is moved past it.
bool takeConfig(const std::vector<std::string>& arguments, std::size_t& i, std::vector<std::string>& files) {
    const std::string& token = arguments[i];
    if (token == "-c" || token == "--config") {
        if (i + 1 == arguments.size()) throw UsageError("the option " + token + " needs the path of a configuration file");
        files.push_back(arguments[++i]);
    } else if (token.starts_with("--config=")) {
        files.push_back(token.substr(9));
    } else if (token.starts_with("-c") && token.size() > 2) {
        files.push_back(token.substr(token[2] == '=' ? 3 : 2));
    } else {
        return false;
    }
    return true;
}

bool isDaemonOption(const std::string& token) {
    return token == "--daemon" || token.starts_with("--pidfile=") || token.starts_with("--umask=");
}

}  // namespace

GlobalOptions GlobalOptions::parse(const std::vector<std::string>& arguments) {
    GlobalOptions options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& token = arguments[i];
        if (token == "--") {
            options.rest.insert(options.rest.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
            break;
        }
        if (takeConfig(arguments, i, options.configFiles)) continue;
        if (token == "-h" || token == "--help") options.help = true;
        else if (token == "-V" || token == "--version") options.version = true;
        else if (isDaemonOption(token)) options.daemonOptions.push_back(token);
        else options.rest.push_back(token);
    }
    if (!options.rest.empty() && options.rest.front() == "help") {
        options.help = true;
        options.rest.erase(options.rest.begin());
    }
    return options;
}

void CommandLine::add(Command& command) {
    const std::string path = command.path();
    for (const Command* other : commands_) {
        if (other->path() == path) throw PluginError("two plugins bring the command `" + path + "`");
    }
    commands_.push_back(&command);
}

void CommandLine::addServerOption(OptionSpec option) { serverOptions_.push_back(std::move(option)); }

CommandLine::Found CommandLine::find(const std::vector<std::string>& rest) const {
    Found found;
    std::string words;
    for (std::size_t i = 0; i < rest.size() && !rest[i].starts_with('-'); ++i) {
        words += (i == 0 ? "" : " ") + rest[i];
        for (Command* command : commands_) {
            if (command->path() == words) found = {command, i + 1};
        }
    }
    return found;
}

std::vector<Command*> CommandLine::group(const std::string& prefix) const {
    std::vector<Command*> members;
    for (Command* command : commands_) {
        if (prefix.empty() || command->path() == prefix || command->path().starts_with(prefix + " ")) members.push_back(command);
    }
    return members;
}

std::vector<OptionSpec> CommandLine::optionsOf(const Command& command) const {
    std::vector<OptionSpec> options = command.options();
    if (command.path() == "server") options.insert(options.end(), serverOptions_.begin(), serverOptions_.end());
    return options;
}

void CommandLine::unknownCommand(const std::vector<std::string>& rest) const {
    std::vector<std::string> words;
    const bool known = !group(rest[0]).empty();
    for (const Command* command : commands_) {
        const std::string path = command->path();
        if (command->hidden()) continue;
        if (known && path.starts_with(rest[0] + " ")) words.push_back(path.substr(rest[0].size() + 1));
        if (!known) words.push_back(path.substr(0, path.find(' ')));
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
    if (known && rest.size() == 1) throw UsageError("`" + rest[0] + "` needs one of: " + list);
    const std::string& typed = known ? rest[1] : rest[0];
    const auto meant = nearest(typed, words);
    throw UsageError("there is no command `" + typed + (meant ? "`; did you mean `" + *meant + "`?" : "`; there are: " + list));
}

namespace {

using Poco::Util::Option;

Poco::Util::OptionSet toPoco(const std::vector<OptionSpec>& specs) {
    Poco::Util::OptionSet set;
    for (const OptionSpec& spec : specs) {
        Option option(spec.name, spec.shortName == 0 ? std::string() : std::string(1, spec.shortName), spec.help);
        option.repeatable(true);
        if (!spec.argument.empty()) option.argument(spec.argument, !spec.optionalArgument);
        set.addOption(option);
    }
    return set;
}

// Poco takes abbreviations and any case; today's scripts do not depend on that, and a typo must not become another option.
void requireExact(const std::string& token, const std::string& name) {
    if (token.starts_with("--") && token.substr(2, token.find_first_of("=:") - 2) != name) {
        throw UsageError("there is no option " + token.substr(0, token.find('=')) + "; did you mean --" + name + "?");
    }
}

void parseOptions(const std::vector<OptionSpec>& specs, const std::vector<std::string>& tokens, Arguments& arguments) {
    const Poco::Util::OptionSet set = toPoco(specs);
    Poco::Util::OptionProcessor processor(set);
    bool literal = false;
    for (const std::string& token : tokens) {
        std::string name;
        std::string value;
        if (!literal && token == "--") {
            literal = true;
        } else if (literal || !processor.process(token, name, value)) {
            arguments.addPositional(token);
        } else if (!name.empty()) {
            requireExact(token, name);
            const auto spec = std::find_if(specs.begin(), specs.end(), [&](const OptionSpec& each) { return each.name == name; });
            if (!spec->repeatable && arguments.has(name)) throw UsageError("the option --" + name + " was given twice");
            arguments.set(name, value);
        }
    }
    processor.checkRequired();
}

void checkPositionals(const Command& command, const Arguments& arguments) {
    const auto specs = command.positionals();
    const auto& given = arguments.positionals();
    if (given.size() > specs.size()) throw UsageError("`" + command.path() + "` does not take the argument `" + given[specs.size()] + "`");
    for (std::size_t i = given.size(); i < specs.size(); ++i) {
        if (specs[i].required) throw UsageError("`" + command.path() + "` needs <" + specs[i].name + ">: " + specs[i].help);
    }
}

}  // namespace

CommandLine::Invocation CommandLine::parse(const std::vector<std::string>& rest) const {
    // Without a command the server runs, with its defaults: its options are then not understood, as in the reference.
    if (rest.empty()) return parse({"server"});
    if (rest[0].starts_with('-')) throw UsageError("there is no global option " + rest[0].substr(0, rest[0].find('=')) + "; options of a command stand after it");
    const Found found = find(rest);
    if (found.command == nullptr) unknownCommand(rest);
    Invocation invocation{found.command, {}};
    try {
        parseOptions(optionsOf(*found.command), {rest.begin() + static_cast<std::ptrdiff_t>(found.words), rest.end()}, invocation.arguments);
    } catch (const Poco::Util::UnknownOptionException& error) {
        throw UsageError("`" + found.command->path() + "` has no option --" + error.message());
    } catch (const Poco::Util::OptionException& error) {
        throw UsageError("`" + found.command->path() + "`: " + error.displayText());
    }
    checkPositionals(*found.command, invocation.arguments);
    return invocation;
}

namespace {

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return "  " + text + "  ";
}

std::string optionTerm(const OptionSpec& option) {
    std::string term = option.shortName == 0 ? "    --" : std::string("-") + option.shortName + ", --";
    term += option.name;
    if (!option.argument.empty()) term += option.optionalArgument ? "[=" + option.argument + "]" : " <" + option.argument + ">";
    return term;
}

using Rows = std::vector<std::pair<std::string, std::string>>;

std::string table(const std::string& title, const Rows& rows) {
    if (rows.empty()) return {};
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, row.first.size());
    std::string text = "\n" + title + ":\n";
    for (const auto& [term, help] : rows) text += padded(term, width) + help + "\n";
    return text;
}

Rows optionRows(const std::vector<OptionSpec>& options) {
    Rows rows;
    for (const OptionSpec& option : options) {
        if (!option.hidden) rows.emplace_back(optionTerm(option), option.help);
    }
    return rows;
}

const std::vector<OptionSpec>& globalOptions() {
    static const std::vector<OptionSpec> options = {
        {.name = "config", .help = "a configuration file; may be given several times, later ones win (default: $MAS_CONFIG or config.yaml)", .argument = "PATH", .shortName = 'c', .repeatable = true},
        {.name = "help", .help = "this text", .shortName = 'h'},
        {.name = "version", .help = "the version", .shortName = 'V'}};
    return options;
}

const std::vector<OptionSpec>& daemonOptions() {
    static const std::vector<OptionSpec> options = {{.name = "daemon", .help = "run in the background"},
                                                    {.name = "pidfile=<PATH>", .help = "write the process id there"},
                                                    {.name = "umask=<MASK>", .help = "the daemon's umask, octal"}};
    return options;
}

}  // namespace

std::string CommandLine::help(const std::vector<std::string>& rest) const {
    if (const Found found = find(rest); found.command != nullptr) {
        const Command& command = *found.command;
        std::string usage = "Usage: mas-cli [OPTIONS] " + command.path();
        Rows positionals;
        for (const PositionalSpec& each : command.positionals()) {
            usage += each.required ? " <" + each.name + ">" : " [" + each.name + "]";
            positionals.emplace_back("<" + each.name + ">", each.help);
        }
        std::vector<OptionSpec> options = optionsOf(command);
        if (command.path() == "server") options.insert(options.end(), daemonOptions().begin(), daemonOptions().end());
        options.insert(options.end(), globalOptions().begin(), globalOptions().end());
        return command.summary() + "\n\n" + usage + "\n" + table("Arguments", positionals) + table("Options", optionRows(options));
    }
    const std::string prefix = rest.empty() || group(rest[0]).empty() ? std::string() : rest[0];
    Rows rows;
    for (const Command* command : group(prefix)) {
        if (!command->hidden()) rows.emplace_back(command->path(), command->summary());
    }
    return "Latchkey: an authentication service for Matrix homeservers\n\nUsage: mas-cli [OPTIONS] " +
           (prefix.empty() ? std::string("[COMMAND]") : prefix + " <COMMAND>") + "\n" + table("Commands", rows) +
           table("Options", optionRows(globalOptions())) + "\nWithout a command the server runs. `mas-cli COMMAND --help` explains a command.\n";
}

}  // namespace latchkey
