// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/manage/new_user.h"
#include "plugins/manage/terminal.h"

#include <functional>

namespace latchkey::manage {

/// Asks for a new user's name, address, password, … until the person has it right.
class RegisterDialogue {
public:
    enum class Outcome { create, declined, aborted };
    using Problem = std::function<std::optional<std::string>(const std::string& username)>;

    /// `problem`: see usernameProblem(). Passwords can be set only if they are enabled.
    RegisterDialogue(Terminal& terminal, Problem problem, bool passwordsEnabled)
        : terminal_(terminal), problem_(std::move(problem)), passwordsEnabled_(passwordsEnabled) {}

    /// Changes `user`. Aborted also when the input ends.
    Outcome run(NewUser& user);

private:
    struct Ended {};
    std::string ask(std::string_view prompt);
    std::string askSecret(std::string_view prompt);
    bool askYes(std::string_view prompt);

    Outcome menu(NewUser& user);
    bool change(char choice, NewUser& user);
    void changeUsername(NewUser& user);
    void addEmail(NewUser& user);
    void setPassword(NewUser& user);
    void show(const NewUser& user);

    Terminal& terminal_;
    Problem problem_;
    const bool passwordsEnabled_;
};

/// What to type to have the same user without being asked. A password is not shown.
std::string equivalentCommand(const NewUser& user);

}  // namespace latchkey::manage
