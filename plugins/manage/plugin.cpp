// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"
#include "plugins/manage/account_commands.h"
#include "plugins/manage/compat_token_command.h"
#include "plugins/manage/credential_commands.h"
#include "plugins/manage/provision_command.h"
#include "plugins/manage/register_command.h"
#include "plugins/manage/session_commands.h"

namespace latchkey::manage {

/// What an administrator does to users from a shell.
class ManagePlugin final : public Plugin {
public:
    void declare(Declarations& declarations) override {
        Command* const all[] = {&registerUser_, &setPassword_, &addEmail_,    &verifyEmail_, &promoteAdmin_,      &demoteAdmin_,
                                &listAdmins_,   &lockUser_,    &unlockUser_, &killSessions_, &registrationToken_,
                                &compatibilityToken_, &provisionAll_};
        for (Command* each : all) declarations.command(*each);
    }

private:
    RegisterUser registerUser_;
    SetPassword setPassword_;
    AddEmail addEmail_;
    VerifyEmail verifyEmail_;
    SetAdmin promoteAdmin_{SetAdmin::To::admin};
    SetAdmin demoteAdmin_{SetAdmin::To::ordinary};
    ListAdmins listAdmins_;
    LockUser lockUser_;
    UnlockUser unlockUser_;
    KillSessions killSessions_;
    IssueRegistrationToken registrationToken_;
    IssueCompatibilityToken compatibilityToken_;
    ProvisionAllUsers provisionAll_;
};

}  // namespace latchkey::manage

LATCHKEY_PLUGIN(latchkey::manage::ManagePlugin, "manage", latchkey::kVersion, "Commands that register, change, lock and log out users")
