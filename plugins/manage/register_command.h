// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/command.h"
#include "plugins/manage/new_user.h"

namespace latchkey::manage {

/// Without --yes it asks, on a terminal.
class RegisterUser final : public Command {
public:
    std::string path() const override { return "manage register-user"; }
    std::string summary() const override { return "Register a user"; }
    Needs needs() const override { return Needs::base; }
    std::vector<OptionSpec> options() const override;
    std::vector<PositionalSpec> positionals() const override;
    int run(const Arguments& arguments, Services& services) override;
};

/// Throws UsageError.
NewUser newUserOf(const Arguments& arguments);

}  // namespace latchkey::manage
