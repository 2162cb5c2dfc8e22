// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/manage/command_support.h"

namespace latchkey::manage {

/// Nobody logs in as a locked user; with --deactivate a worker deactivates it, too.
class LockUser final : public UserCommand {
public:
    std::string path() const override { return "manage lock-user"; }
    std::string summary() const override { return "Lock a user"; }
    std::vector<OptionSpec> options() const override { return {{.name = "deactivate", .help = "deactivate the user, too, without erasing anything"}}; }
    int run(const Arguments& arguments, Services& services) override;
};

/// With --reactivate the lock stays until a worker has reactivated the user.
class UnlockUser final : public UserCommand {
public:
    std::string path() const override { return "manage unlock-user"; }
    std::string summary() const override { return "Unlock a user"; }
    std::vector<OptionSpec> options() const override { return {{.name = "reactivate", .help = "reactivate the user; it is unlocked when that is done"}}; }
    int run(const Arguments& arguments, Services& services) override;
};

/// `promote-admin` and `demote-admin`.
class SetAdmin final : public UserCommand {
public:
    enum class To { admin, ordinary };
    explicit SetAdmin(To to) : to_(to) {}
    std::string path() const override { return to_ == To::admin ? "manage promote-admin" : "manage demote-admin"; }
    std::string summary() const override { return to_ == To::admin ? "Let a user ask for admin rights" : "No longer let a user ask for admin rights"; }
    int run(const Arguments& arguments, Services& services) override;

private:
    const To to_;
};

class ListAdmins final : public Command {
public:
    std::string path() const override { return "manage list-admin-users"; }
    std::string summary() const override { return "List the users who may ask for admin rights"; }
    Needs needs() const override { return Needs::base; }
    int run(const Arguments& arguments, Services& services) override;
};

}  // namespace latchkey::manage
