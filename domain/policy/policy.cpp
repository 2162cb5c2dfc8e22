// SPDX-License-Identifier: Apache-2.0
#include "domain/policy/policy.h"

namespace latchkey {

Policy::~Policy() = default;

PolicyViolations Policy::personalToken(const PersonalTokenRequest&) {
    return {{.message = "personal access tokens are not allowed here", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
}

bool Policy::keepsAdmin(const User*, const Ulid&) const { return true; }

Scope GrantDecision::granted(const Scope& asked) const {
    if (!scope) return asked;
    std::vector<std::string> both;
    for (const std::string& token : scope->tokens()) {
        if (asked.contains(token)) both.push_back(token);
    }
    return Scope(std::move(both));
}

}  // namespace latchkey
