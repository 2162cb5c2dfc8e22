// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/manage/command_support.h"

namespace latchkey {
class Store;
}

namespace latchkey::manage {

/// An access token that does not expire, of a new session of Matrix's own API, with its device at the homeserver. For scripts that
/// cannot log in.
class IssueCompatibilityToken final : public UserCommand {
public:
    std::string path() const override { return "manage issue-compatibility-token"; }
    std::string summary() const override { return "Make a user a token for Matrix's API that does not expire"; }
    std::vector<OptionSpec> options() const override;
    std::vector<PositionalSpec> positionals() const override;
    int run(const Arguments& arguments, Services& services) override;
};

}  // namespace latchkey::manage
