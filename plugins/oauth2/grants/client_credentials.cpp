// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/grants/client_credentials.h"

#include "domain/clock.h"
#include "domain/oauth2/session_repository.h"
#include "plugins/oauth2/grants/issued_answer.h"
#include "plugins/oauth2/oauth_error.h"

namespace latchkey::oauth2 {

namespace {

Scope askedScope(const Form& form) {
    const auto text = form.optional("scope");
    if (!text) return {};
    auto scope = Scope::parse(*text);
    if (!scope) throw invalidScope("scope is malformed");
    return *scope;
}

std::string joined(const PolicyViolations& violations) {
    std::string text;
    for (const PolicyViolation& each : violations) text += (text.empty() ? "" : ", ") + each.message;
    return text;
}

}  // namespace

TokenAnswer ClientCredentialsGrant::exchange(const TokenRequest& request) const {
    GrantRequest asked{.client = request.client, .user = nullptr, .sessions = {}, .scope = askedScope(request.form), .grantType = std::string(type()),
                       .requester = {request.http.clientIp, request.userAgent()}};
    const GrantDecision decision = policy_.grant(asked);
    if (!decision.violations.empty()) throw invalidScope("not allowed: " + joined(decision.violations));

    OAuthSession session;
    session.id = newId(request.now);
    session.clientId = request.client.id;
    session.scope = decision.granted(asked.scope);
    session.createdAt = request.now;
    session.userAgent = request.userAgent();
    const Duration lifetime = decision.accessTokenLifetime.value_or(accessLifetime_);
    const auto work = store_.begin();
    work->oauthSessions().add(session);
    TokenAnswer answer = issuedAnswer(*work, session, lifetime, false, request.now);
    work->commit();
    return answer;
}

}  // namespace latchkey::oauth2
