// SPDX-License-Identifier: Apache-2.0
#include "greeter.h"

#include "domain/store.h"
#include "domain/user/user_repository.h"
#include "kernel/config/section.h"

#include <utility>

namespace hello {

Settings Settings::parse(const latchkey::config::Section& root) {
    const latchkey::config::Section section = root.section("hello");
    Settings settings;
    settings.greeting = section.string("greeting", settings.greeting);
    settings.loud = section.boolean("loud", settings.loud);
    if (settings.greeting.empty()) section.problem("greeting", "must not be empty");
    return settings;
}

Greeter::Greeter(latchkey::Store& store, Settings settings) : store_(store), settings_(std::move(settings)) {}

std::string Greeter::greet(std::string_view whom) const {
    return settings_.greeting + ", " + std::string(whom) + (settings_.loud ? "!" : ".");
}

std::string Greeter::everybody() const { return greet("everybody"); }

std::optional<std::string> Greeter::user(std::string_view name) const {
    const auto work = store_.begin();  // a transaction; rolled back at the end of this function, since nothing is committed
    const auto user = work->users().findByUsername(name);
    if (!user) return std::nullopt;
    return greet(user->username);
}

}  // namespace hello
