// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/policy/policy.h"
#include "plugins/account/visit.h"

#include <string>

namespace latchkey::account {

/// What to tell somebody of a violation: the text of its code, or else the policy's own.
std::string textOf(const Visit& visit, const PolicyViolation& violation);

}  // namespace latchkey::account
