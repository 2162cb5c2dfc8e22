// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/tree.h"

#include <string>

namespace latchkey::clients {

/// What YAML says, as JSON.
std::string jsonText(const config::Node& node);
/// Whether two JSON texts say the same, whatever the order of members and the blanks.
bool sameJson(const std::string& a, const std::string& b);

}  // namespace latchkey::clients
