// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/policy-builtin/builtin_policy.h"

#include <algorithm>
#include <string>

namespace latchkey::policy {

/// The policy with this data (JSON).
inline BuiltinPolicy policyOf(const std::string& data) { return BuiltinPolicy(data); }

/// The codes, sorted and joined by blanks; `-` for a violation without one.
inline std::string codes(const PolicyViolations& violations) {
    std::vector<std::string> all;
    for (const PolicyViolation& each : violations) all.push_back(each.code.value_or("-"));
    std::sort(all.begin(), all.end());
    std::string text;
    for (const std::string& each : all) text += (text.empty() ? "" : " ") + each;
    return text;
}

}  // namespace latchkey::policy
