// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/command.h"

namespace hello {

struct Settings;

/// `mas-cli hello greet [NAME]`
class GreetCommand final : public latchkey::Command {
public:
    /// Commands are declared before the settings are read: hence the reference.
    explicit GreetCommand(const Settings& settings) : settings_(settings) {}

    std::string path() const override { return "hello greet"; }
    std::string summary() const override { return "Greet everybody, or one user"; }
    latchkey::Needs needs() const override { return latchkey::Needs::base; }  // the storage runs, listeners do not
    std::vector<latchkey::PositionalSpec> positionals() const override { return {{"name", "a user's name", false}}; }
    int run(const latchkey::Arguments& arguments, latchkey::Services& services) override;

private:
    const Settings& settings_;
};

}  // namespace hello
