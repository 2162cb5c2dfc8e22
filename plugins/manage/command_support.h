// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"
#include "domain/user/user.h"
#include "kernel/command.h"
#include "kernel/log.h"
#include "kernel/services.h"

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

/// Tells of what a command did. After the commit; see domain/event_sink.h.
template <typename Fill>
void record(const Services& services, const Command& command, EventKind kind, Fill&& fill) {
    emit(services.find<Events>(), kind, [&](Event& event) {
        event.actor = EventActor::administrator;
        event.via = command.path();
        fill(event);
    });
}

/// Throws Error if there is no such user.
User requireUser(UnitOfWork& work, std::string_view username);

/// Throws UsageError unless it is a whole number below 2^32.
std::optional<std::uint32_t> wholeNumber(const Arguments& arguments, const std::string& option);

/// Throws Error if passwords are disabled or, unless any will do, this one is too weak.
void requireUsable(const PasswordHasher& hasher, std::string_view password, bool ignoreComplexity);

}  // namespace latchkey::manage
