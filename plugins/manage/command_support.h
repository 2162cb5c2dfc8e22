// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/user.h"
#include "kernel/command.h"
#include "kernel/log.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey {
class PasswordHasher;
class UnitOfWork;
}  // namespace latchkey

namespace latchkey::manage {

/// Where all commands here report: ids, never what is secret.
const log::Logger& logger();

/// A command about one user, named by the first argument.
class UserCommand : public Command {
public:
    Needs needs() const override { return Needs::base; }
    std::vector<PositionalSpec> positionals() const override { return {{.name = "USERNAME", .help = "the user's name, without @ and server"}}; }
};

/// Throws Error if there is no such user.
User requireUser(UnitOfWork& work, std::string_view username);

/// Throws UsageError unless it is a whole number below 2^32.
std::optional<std::uint32_t> wholeNumber(const Arguments& arguments, const std::string& option);

/// Throws Error if passwords are disabled or, unless any will do, this one is too weak.
void requireUsable(const PasswordHasher& hasher, std::string_view password, bool ignoreComplexity);

}  // namespace latchkey::manage
