// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

class Services;

/// One option of a command: `--name`, `--name VALUE` (also `--name=VALUE`), `-s`.
struct LATCHKEY_API OptionSpec {
    std::string name;               ///< long name without dashes
    std::string help;               ///< one line, for --help
    std::string argument = {};      ///< name of the value in the help text; empty: a flag without value
    char shortName = 0;
    bool repeatable = false;
    bool hidden = false;            ///< understood, not listed in --help
    bool optionalArgument = false;  ///< `--name` alone is allowed, `--name=VALUE` gives a value
};

/// A positional argument of a command.
struct LATCHKEY_API PositionalSpec {
    std::string name;
    std::string help;
    bool required = true;
};

/// What the command line said for one command, already checked against its OptionSpecs.
class LATCHKEY_API Arguments {
public:
    bool has(std::string_view option) const;
    std::optional<std::string> value(std::string_view option) const;  ///< the last one given
    std::vector<std::string> values(std::string_view option) const;
    const std::vector<std::string>& positionals() const { return positionals_; }

    void set(std::string option, std::string value);
    void addPositional(std::string value);

private:
    std::vector<std::pair<std::string, std::string>> options_;
    std::vector<std::string> positionals_;
};

/// How much of the server must be up before a command runs.
enum class Needs {
    nothing,        ///< plugins loaded; the configuration may be missing or wrong
    configuration,  ///< plugins configured, nothing started
    base,           ///< the base group started: storage, e-mail, homeserver connection
};

/// A sub-command of mas-cli. Plugins declare theirs in Plugin::declare.
class LATCHKEY_API Command {
public:
    virtual ~Command();
    virtual std::string path() const = 0;     ///< words separated by one blank: "database migrate"
    virtual std::string summary() const = 0;  ///< one line
    virtual Needs needs() const = 0;
    virtual std::vector<OptionSpec> options() const { return {}; }
    virtual std::vector<PositionalSpec> positionals() const { return {}; }
    virtual bool hidden() const { return false; }
    /// Returns the exit code: 0 success, 1 failure. Results go to standard output, everything else to the log.
    virtual int run(const Arguments& arguments, Services& services) = 0;
};

}  // namespace latchkey
