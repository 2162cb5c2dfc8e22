// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_archive.h"
#include "kernel/command.h"

namespace latchkey {
class Store;
}

namespace latchkey::events_postgres {

/// `mas-cli events list`: what the database keeps, the newest last.
class ListEvents final : public Command {
public:
    std::string path() const override { return "events list"; }
    std::string summary() const override { return "List events that are kept in the database"; }
    Needs needs() const override { return Needs::base; }
    std::vector<OptionSpec> options() const override;
    int run(const Arguments& arguments, Services& services) override;
};

/// What the options ask for; the user apart. Throws UsageError.
EventFilter filterOf(const Arguments& arguments, Instant now);
/// One line for people: time, name, `key=value…`.
std::string lineOf(const ArchivedEvent& event);

}  // namespace latchkey::events_postgres
