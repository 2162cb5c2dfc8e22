// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/checks.h"

#include <algorithm>

namespace latchkey::policy {

PolicyViolation violation(std::string message, std::optional<std::string> code, std::optional<std::string> field) {
    return {.message = std::move(message), .code = std::move(code), .field = std::move(field), .redirectUri = false, .needToRemove = {}};
}

void checkRequester(const Rules& rules, const PolicyRequester& requester, PolicyViolations& violations) {
    const auto address = requester.ipAddress ? IpAddress::parse(*requester.ipAddress) : std::nullopt;
    const auto holds = [&](const IpNetwork& network) { return network.contains(*address); };
    const bool ip = address && std::any_of(rules.bannedIps.begin(), rules.bannedIps.end(), holds);
    const bool agent = requester.userAgent && rules.bannedUserAgents.matches(*requester.userAgent);
    if (ip || agent) violations.push_back(violation("requests from here are not accepted"));
}

void checkSessionLimit(const Rules& rules, const SessionCounts& sessions, std::int64_t limit, PolicyViolations& violations) {
    const std::int64_t total = sessions.total();
    const auto threshold = rules.sessionLimit->maxThreshold;
    if (total < limit || (threshold && total > *threshold)) return;
    PolicyViolation found = violation("the account has too many active sessions", "too-many-sessions");
    found.needToRemove = total - limit + 1;
    violations.push_back(std::move(found));
}

PolicyViolations checkCompatLogin(const Rules& rules, const CompatLoginRequest& request) {
    PolicyViolations violations;
    checkRequester(rules, request.requester, violations);
    if (!rules.sessionLimit || request.sessionReplaced) return violations;
    // Only who logs in by SSO has a page to end sessions on; the others get as far as the hard limit.
    const bool interactive = request.loginType == "m.login.sso";
    checkSessionLimit(rules, request.sessions, interactive ? rules.sessionLimit->soft : rules.sessionLimit->hard, violations);
    return violations;
}

}  // namespace latchkey::policy
