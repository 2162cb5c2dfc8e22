// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/checks.h"

#include <algorithm>

namespace latchkey::policy {

namespace {

constexpr std::size_t kShortestDevice = 10;
constexpr std::string_view kScopeGraphql = "urn:mas:graphql:*";
constexpr std::string_view kScopeOfflineAccess = "offline_access";
constexpr std::string_view kStable = "urn:matrix:client:";
constexpr std::string_view kUnstable = "urn:matrix:org.matrix.msc2967.client:";

bool isDeviceId(std::string_view id) {
    const auto allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view("._~!$&'()*+,;=:@/-").find(c) != std::string_view::npos;
    };
    return id.size() >= kShortestDevice && std::all_of(id.begin(), id.end(), allowed);
}

bool isDevice(std::string_view token, std::string_view family) { return token.starts_with(family) && isDeviceId(token.substr(family.size())); }

/// What one grant may give, token by token.
class Grantable {
public:
    Grantable(const Rules& rules, const GrantRequest& request)
        : interactive_(request.grantType == "authorization_code" || request.grantType == "urn:ietf:params:oauth:grant-type:device_code"),
          userAdmin_(interactive_ && request.user != nullptr && rules.mayAdminister(*request.user)),
          clientAdmin_(request.grantType == "client_credentials" && rules.adminClients.contains(request.client.clientId())) {}

    bool allows(std::string_view token) const {
        if (token == kScopeOpenId || token == kScopeEmail || token == kScopeProfile || token == kScopeOfflineAccess || token == kScopeGraphql) return true;
        if (token == kScopeAdmin) return userAdmin_ || clientAdmin_;
        if (token == kScopeSynapseAdmin) return userAdmin_;
        if (token == kScopeApiStable || token == kScopeApiUnstable) return interactive_;
        return interactive_ && (isDevice(token, kScopeDeviceStable) || isDevice(token, kScopeDeviceUnstable));
    }

private:
    bool interactive_;
    bool userAdmin_;
    bool clientAdmin_;
};

std::ptrdiff_t count(const Scope& scope, std::string_view prefix) {
    return std::count_if(scope.tokens().begin(), scope.tokens().end(), [&](const std::string& token) { return token.starts_with(prefix); });
}

bool holds(const Scope& scope, std::string_view token) { return std::find(scope.tokens().begin(), scope.tokens().end(), token) != scope.tokens().end(); }

// Matrix tokens that do not go together.
void checkMatrixTokens(const Scope& scope, PolicyViolations& violations) {
    const auto stable = count(scope, kScopeDeviceStable);
    const auto unstable = count(scope, kScopeDeviceUnstable);
    if (stable > 1 || unstable > 1) violations.push_back(violation("the scope names more than one device"));
    if (stable + unstable > 0 && !holds(scope, kScopeApiStable) && !holds(scope, kScopeApiUnstable)) {
        violations.push_back(violation("a device scope needs the scope of the client-server API"));
    }
    if (count(scope, kStable) > 0 && count(scope, kUnstable) > 0) violations.push_back(violation("the scope mixes stable and unstable Matrix tokens"));
}

}  // namespace

PolicyViolations checkGrant(const Rules& rules, const GrantRequest& request) {
    PolicyViolations violations;
    const Grantable grantable(rules, request);
    for (const std::string& token : request.scope.tokens()) {
        if (!grantable.allows(token)) violations.push_back(violation("the scope `" + token + "` is not allowed"));
    }
    checkMatrixTokens(request.scope, violations);
    checkRequester(rules, request.requester, violations);
    if (rules.sessionLimit && request.sessions) checkSessionLimit(rules, *request.sessions, rules.sessionLimit->soft, violations);
    return violations;
}

// Who may not have a scope by logging in may not have it by a token either.
PolicyViolations checkPersonalToken(const Rules& rules, const PersonalTokenRequest& request) {
    PolicyViolations violations;
    const bool admin = rules.mayAdminister(request.user);
    for (const std::string& token : request.scope.tokens()) {
        const bool reserved = token == kScopeAdmin || token == kScopeSynapseAdmin;
        if (!rules.personalScopes.contains(token) || (reserved && !admin)) violations.push_back(violation("the scope `" + token + "` is not allowed"));
    }
    checkMatrixTokens(request.scope, violations);
    if (rules.personalLifetime && (!request.lifetime || *request.lifetime > *rules.personalLifetime)) {
        violations.push_back(violation("a token may not live that long", "lifetime", "expires"));
    }
    checkRequester(rules, request.requester, violations);
    if (rules.sessionLimit) checkSessionLimit(rules, request.sessions, rules.sessionLimit->soft, violations);
    return violations;
}

}  // namespace latchkey::policy
