// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/policy/policy.h"

#include <optional>
#include <string>

namespace latchkey::opa {

/// Reads OPA's answer: `result` is the list of violations, or an object of violations (required), consent ("ask", "remember" or
/// "skip"), scope (a string or a list; never more than `asked`) and access_token_lifetime (seconds). Strict, because what is
/// misread may be a permission: throws Error for everything else.
GrantDecision decisionOf(const std::string& body, const Scope& asked);
/// The same without the extras, which mean nothing but to a grant.
PolicyViolations violationsOf(const std::string& body);
/// Nothing if OPA has no rule of that name. Throws Error as the others.
std::optional<PolicyViolations> violationsIfRuled(const std::string& body);

}  // namespace latchkey::opa
