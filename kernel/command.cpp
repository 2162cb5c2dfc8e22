// SPDX-License-Identifier: Apache-2.0
#include "kernel/command.h"

namespace latchkey {

Command::~Command() = default;

bool Arguments::has(std::string_view option) const {
    for (const auto& [name, value] : options_) {
        if (name == option) return true;
    }
    return false;
}

std::optional<std::string> Arguments::value(std::string_view option) const {
    const auto all = values(option);
    return all.empty() ? std::nullopt : std::optional(all.back());
}

std::vector<std::string> Arguments::values(std::string_view option) const {
    std::vector<std::string> found;
    for (const auto& [name, value] : options_) {
        if (name == option) found.push_back(value);
    }
    return found;
}

void Arguments::set(std::string option, std::string value) { options_.emplace_back(std::move(option), std::move(value)); }
void Arguments::addPositional(std::string value) { positionals_.push_back(std::move(value)); }

}  // namespace latchkey
