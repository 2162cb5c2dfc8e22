// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/oauth/approval.h"

#include "domain/clock.h"
#include "domain/oauth2/authorization_grant_repository.h"
#include "domain/oauth2/device_code_grant_repository.h"
#include "domain/oauth2/session_repository.h"
#include "domain/secret.h"
#include "domain/store.h"
#include "plugins/account/record.h"

namespace latchkey::account {

namespace {

constexpr std::size_t kCodeCharacters = 32;

}  // namespace

PolicyRequester requesterOf(const http::Request& request) {
    const auto userAgent = request.headers.get("User-Agent");
    return {request.clientIp, userAgent ? std::optional<std::string>(*userAgent) : std::nullopt};
}

Approval::Verdict Approval::decide(const Asked& asked, const BrowserSession& session, const http::Request& request) const {
    const SessionCounts counts = site_.store.reading()->oauthSessions().countActiveOf(session.user.id);
    const GrantDecision decision = policy_.grant({.client = asked.client,
                                                  .user = &session.user,
                                                  .sessions = counts,
                                                  .scope = asked.scope,
                                                  .grantType = asked.grantType,
                                                  .requester = requesterOf(request)});
    Verdict verdict;
    verdict.violations = decision.violations;
    verdict.scope = decision.granted(asked.scope);
    verdict.accessTokenLifetime = decision.accessTokenLifetime;
    verdict.remember = decision.consent == GrantDecision::Consent::remember;
    verdict.ask = decision.consent != GrantDecision::Consent::skip;
    if (verdict.remember) verdict.ask = !site_.store.reading()->oauthSessions().consented(session.user.id, asked.client.id).covers(verdict.scope);
    return verdict;
}

Approval::Verdict Approval::decide(const PendingGrant& pending, const BrowserSession& session, const http::Request& request) const {
    const AuthorizationGrant& grant = pending.grant;
    Verdict verdict = decide(Asked{pending.client, grant.scope, "authorization_code"}, session, request);
    verdict.ask = verdict.ask || hasPrompt(grant, "consent") || hasPrompt(grant, "select_account");  // the page offers another account
    return verdict;
}

Approval::Verdict Approval::decide(const DeviceCodeGrant& grant, const Client& client, const BrowserSession& session, const http::Request& request) const {
    return decide(Asked{client, grant.scope, "urn:ietf:params:oauth:grant-type:device_code"}, session, request);
}

std::optional<std::string> Approval::approve(const PendingGrant& pending, const Ulid& browserSessionId, const Verdict& verdict, const http::Request& request) const {
    const Instant now = currentTime();
    const auto work = site_.store.begin();
    const auto session = work->browserSessions().find(browserSessionId);
    if (!session || !session->active()) return std::nullopt;
    std::string code = randomAlphanumerics(kCodeCharacters);
    if (!work->authorizationGrants().replaceCode(pending.grant.id, code)) return std::nullopt;

    OAuthSession granted;
    granted.id = newId(now);
    granted.clientId = pending.client.id;
    granted.userId = session->user.id;
    granted.browserSessionId = session->id;
    granted.scope = verdict.scope;
    granted.createdAt = now;
    granted.accessTokenLifetime = verdict.accessTokenLifetime;
    work->oauthSessions().add(granted);
    if (!work->authorizationGrants().fulfil(pending.grant.id, granted.id, now)) return std::nullopt;
    if (verdict.remember) work->oauthSessions().rememberConsent(session->user.id, pending.client.id, verdict.scope, now);
    work->commit();
    record(site_, request, EventKind::consentGranted, [&](Event& event) {
        event.method = "authorization_code";
        event.about(session->user);
        event.session(SessionKind::oauth2, granted.id);
        event.clientId = pending.client.id;
        event.scope = verdict.scope.text();
    });
    return code;
}

bool Approval::approve(const DeviceCodeGrant& grant, const Ulid& browserSessionId, const std::string& locale, const Verdict& verdict) const {
    const Instant now = currentTime();
    const auto work = site_.store.begin();
    const auto session = work->browserSessions().find(browserSessionId);
    if (!session || !session->active()) return false;
    const DeviceApproval approval{.locale = locale, .scope = verdict.scope, .accessTokenLifetime = verdict.accessTokenLifetime};
    if (!work->deviceCodeGrants().fulfil(grant.id, browserSessionId, approval, now)) return false;
    if (verdict.remember) work->oauthSessions().rememberConsent(session->user.id, grant.clientId, verdict.scope, now);
    work->commit();
    return true;
}

bool Approval::deny(const PendingGrant& pending) const {
    const auto work = site_.store.begin();
    const bool cancelled = work->authorizationGrants().cancel(pending.grant.id, currentTime());
    work->commit();
    return cancelled;
}

}  // namespace latchkey::account
