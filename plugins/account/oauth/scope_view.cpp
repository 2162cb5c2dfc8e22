// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/oauth/scope_view.h"

#include "domain/lookalike.h"

namespace latchkey::account {

namespace {

bool hasWords(std::string_view token) {
    for (const std::string_view each : {kScopeOpenId, kScopeProfile, kScopeEmail, kScopeApiStable, kScopeApiUnstable, kScopeAdmin, kScopeSynapseAdmin}) {
        if (token == each) return true;
    }
    return token.starts_with(kScopeDeviceStable) || token.starts_with(kScopeDeviceUnstable);
}

}  // namespace

View scopeView(const Scope& scope) {
    std::vector<View> others;
    for (const std::string& token : scope.tokens()) {
        if (!hasWords(token)) others.push_back(View().set("scope", token));
    }
    View view;
    view.set("scope_identity", scope.contains(kScopeOpenId) || scope.contains(kScopeProfile))
        .set("scope_email", scope.contains(kScopeEmail))
        .set("scope_messages", scope.contains(kScopeApiStable) || scope.contains(kScopeApiUnstable))
        .set("scope_admin", scope.contains(kScopeAdmin))
        .set("scope_server_admin", scope.contains(kScopeSynapseAdmin))
        .set("scope_others", std::move(others));
    return view;
}

std::vector<View> violationViews(const PolicyViolations& violations) {
    std::vector<View> views;
    for (const PolicyViolation& each : violations) {
        const bool tooMany = each.code == "too-many-sessions";
        views.push_back(View().set("too_many_sessions", tooMany).set("message", tooMany ? std::nullopt : std::optional(each.message)));
    }
    return views;
}

std::string clientName(const Client& client) {
    if (client.name && !client.name->empty()) return *client.name;
    return client.clientUri.value_or(client.clientId());
}

View clientView(const Client& client) {
    const std::string name = clientName(client);
    View view;
    view.set("client_name", name).set("lookalike_name", isLookalike(name));
    return view;
}

}  // namespace latchkey::account
