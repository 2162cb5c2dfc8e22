// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/policy/policy.h"
#include "plugins/policy-builtin/rules.h"

namespace latchkey::policy {

/// One function per kind of request; no state, no I/O. An empty list: allowed.
PolicyViolations checkRegistration(const Rules& rules, const RegistrationRequest& request);
PolicyViolations checkEmail(const Rules& rules, const std::string& address);
PolicyViolations checkGrant(const Rules& rules, const GrantRequest& request);
PolicyViolations checkClient(const Rules& rules, const std::string& metadata);
PolicyViolations checkPersonalToken(const Rules& rules, const PersonalTokenRequest& request);
PolicyViolations checkCompatLogin(const Rules& rules, const CompatLoginRequest& request);

/// What several of them share.
void checkRequester(const Rules& rules, const PolicyRequester& requester, PolicyViolations& violations);
void checkSessionLimit(const Rules& rules, const SessionCounts& sessions, std::int64_t limit, PolicyViolations& violations);
PolicyViolation violation(std::string message, std::optional<std::string> code = {}, std::optional<std::string> field = {});

}  // namespace latchkey::policy
