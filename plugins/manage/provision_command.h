// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/manage/command_support.h"

namespace latchkey::manage {

/// Has the homeserver told of every user, by a job each: after a change-over, or when its database is behind.
class ProvisionAllUsers final : public Command {
public:
    static constexpr int kPage = 500;  ///< users per transaction: workers begin at once, and an interrupted run leaves what it did

    std::string path() const override { return "manage provision-all-users"; }
    std::string summary() const override { return "Have the homeserver told of all users"; }
    Needs needs() const override { return Needs::base; }
    int run(const Arguments& arguments, Services& services) override;
};

}  // namespace latchkey::manage
