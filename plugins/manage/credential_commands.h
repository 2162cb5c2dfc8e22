// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/manage/command_support.h"

namespace latchkey::manage {

/// Sessions stay: `kill-sessions` ends them.
class SetPassword final : public UserCommand {
public:
    std::string path() const override { return "manage set-password"; }
    std::string summary() const override { return "Give a user another password"; }
    std::vector<OptionSpec> options() const override { return {{.name = "ignore-complexity", .help = "take a weak password, too"}}; }
    std::vector<PositionalSpec> positionals() const override;
    int run(const Arguments& arguments, Services& services) override;
};

/// As a verified address, without any check.
class AddEmail final : public UserCommand {
public:
    std::string path() const override { return "manage add-email"; }
    std::string summary() const override { return "Add an e-mail address to a user"; }
    std::vector<PositionalSpec> positionals() const override;
    int run(const Arguments& arguments, Services& services) override;
};

/// Does nothing: every stored address is verified. Here for scripts that call it.
class VerifyEmail final : public UserCommand {
public:
    std::string path() const override { return "manage verify-email"; }
    std::string summary() const override { return "Deprecated, does nothing: addresses that are added are verified"; }
    Needs needs() const override { return Needs::nothing; }
    std::vector<PositionalSpec> positionals() const override;
    int run(const Arguments& arguments, Services& services) override;
};

/// An invitation for somebody who wants to register.
class IssueRegistrationToken final : public Command {
public:
    std::string path() const override { return "manage issue-user-registration-token"; }
    std::string summary() const override { return "Make a token that lets people register"; }
    Needs needs() const override { return Needs::base; }
    std::vector<OptionSpec> options() const override;
    int run(const Arguments& arguments, Services& services) override;
};

}  // namespace latchkey::manage
