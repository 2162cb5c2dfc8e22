// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/violation_text.h"

namespace latchkey::account {

std::string textOf(const Visit& visit, const PolicyViolation& violation) {
    const std::string known = violation.code ? visit.text("register-errors." + *violation.code) : std::string();
    return known.empty() ? violation.message : known;
}

}  // namespace latchkey::account
