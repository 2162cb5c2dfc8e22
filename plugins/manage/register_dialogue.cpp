// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/register_dialogue.h"

namespace latchkey::manage {

namespace {

constexpr char kMenu[] =
    "\n"
    "  1) create the user\n"
    "  2) change the username\n"
    "  3) add an e-mail address\n"
    "  4) set the password\n"
    "  5) set whether the user may ask for admin rights\n"
    "  6) set the display name\n"
    "  0) abort\n";

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

std::string joined(const std::vector<std::string>& parts) {
    std::string all;
    for (const std::string& each : parts) all += (all.empty() ? "" : ", ") + each;
    return all;
}

}  // namespace

std::string equivalentCommand(const NewUser& user) {
    std::string command = "mas-cli manage register-user --yes";
    if (user.password) command += " --password=\"$PASSWORD\" --ignore-password-complexity";
    for (const std::string& each : user.emails) command += " --email=" + quoted(each);
    if (user.admin) command += " --admin";
    if (user.displayName) command += " --display-name=" + quoted(*user.displayName);
    return command + " -- " + user.username;
}

std::string RegisterDialogue::ask(std::string_view prompt) {
    auto line = terminal_.ask(prompt);
    if (!line) throw Ended();
    return std::move(*line);
}

std::string RegisterDialogue::askSecret(std::string_view prompt) {
    auto line = terminal_.askSecret(prompt);
    if (!line) throw Ended();
    return std::move(*line);
}

bool RegisterDialogue::askYes(std::string_view prompt) {
    const std::string answer = ask(prompt);
    return answer == "y" || answer == "Y" || answer == "yes";
}

RegisterDialogue::Outcome RegisterDialogue::run(NewUser& user) {
    try {
        if (user.username.empty()) changeUsername(user);
        return menu(user);
    } catch (const Ended&) {
        return Outcome::aborted;
    }
}

RegisterDialogue::Outcome RegisterDialogue::menu(NewUser& user) {
    for (;;) {
        show(user);
        terminal_.say(kMenu);
        const std::string choice = ask("What next? ");
        if (choice == "0") return Outcome::aborted;
        if (choice == "1") {
            terminal_.say("The same without questions:\n  " + equivalentCommand(user) + "\n");
            return askYes("Create the user `" + user.username + "`? [y/N] ") ? Outcome::create : Outcome::declined;
        }
        if (choice.size() != 1 || !change(choice.front(), user)) terminal_.say("Type one of the numbers.\n");
    }
}

bool RegisterDialogue::change(char choice, NewUser& user) {
    switch (choice) {
        case '2': changeUsername(user); return true;
        case '3': addEmail(user); return true;
        case '4': setPassword(user); return true;
        case '5': user.admin = askYes("May the user ask for admin rights? [y/N] "); return true;
        case '6': {
            const std::string name = ask("Display name (empty: none): ");
            user.displayName = name.empty() ? std::nullopt : std::optional(name);
            return true;
        }
        default: return false;
    }
}

void RegisterDialogue::changeUsername(NewUser& user) {
    for (;;) {
        const std::string name = usernameOf(ask("Username: "));
        const auto problem = problem_(name);
        if (!problem) {
            user.username = name;
            return;
        }
        terminal_.say(*problem + "\n");
    }
}

void RegisterDialogue::addEmail(NewUser& user) {
    const std::string address = ask("E-mail address: ");
    if (isEmailAddress(address)) user.addEmail(address);
    else terminal_.say("That is not an e-mail address.\n");
}

void RegisterDialogue::setPassword(NewUser& user) {
    if (!passwordsEnabled_) return terminal_.say("Passwords are disabled (passwords.enabled).\n");
    const std::string password = askSecret("Password: ");
    if (password.empty()) terminal_.say("The password must not be empty.\n");
    else if (askSecret("The same again: ") != password) terminal_.say("The two are different; nothing was changed.\n");
    else user.password = password;
}

void RegisterDialogue::show(const NewUser& user) {
    terminal_.say("\nusername:      " + user.username + "\ne-mail:        " + (user.emails.empty() ? "none" : joined(user.emails)) +
                  "\npassword:      " + (user.password ? "set" : "none") + "\nadmin rights:  " + (user.admin ? "may be asked for" : "no") +
                  "\ndisplay name:  " + user.displayName.value_or("none") + "\n");
}

}  // namespace latchkey::manage
