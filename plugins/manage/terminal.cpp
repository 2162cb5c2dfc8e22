// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/terminal.h"

#include "kernel/error.h"

#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace latchkey::manage {

namespace {

// What is typed is not shown as long as this lives.
class NoEcho {
public:
    NoEcho() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) throw Error("the terminal cannot be asked for a password");
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0) throw Error("the terminal cannot be kept from showing a password");
    }
    ~NoEcho() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

private:
    termios before_{};
};

}  // namespace

bool StandardTerminal::present() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1; }

void StandardTerminal::say(std::string_view text) { std::cout << text << std::flush; }

std::optional<std::string> StandardTerminal::ask(std::string_view prompt) {
    say(prompt);
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
}

std::optional<std::string> StandardTerminal::askSecret(std::string_view prompt) {
    std::optional<std::string> line;
    {
        const NoEcho silence;
        line = ask(prompt);
    }
    say("\n");
    return line;
}

}  // namespace latchkey::manage
