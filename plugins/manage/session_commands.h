// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/manage/command_support.h"

namespace latchkey::manage {

/// Logs a user out everywhere. Personal sessions stay.
class KillSessions final : public UserCommand {
public:
    std::string path() const override { return "manage kill-sessions"; }
    std::string summary() const override { return "End all sessions of a user"; }
    std::vector<OptionSpec> options() const override { return {{.name = "dry-run", .help = "count them and change nothing"}}; }
    int run(const Arguments& arguments, Services& services) override;

private:
    void recordEnd(const Services& services, const User& user, SessionKind kind, std::int64_t count) const;
};

}  // namespace latchkey::manage
