// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/site.h"

#include <optional>
#include <string>

namespace latchkey::account {

/// How the homeserver calls a user. Nothing if it has no name for it, or does not say so within a second: pages show what they have.
/// Never call it with a unit of work open.
std::optional<std::string> displayNameOf(const Site& site, const std::string& username);

}  // namespace latchkey::account
