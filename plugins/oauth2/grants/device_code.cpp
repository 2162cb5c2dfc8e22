// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/grants/device_code.h"

#include "domain/clock.h"
#include "domain/oauth2/device_code_grant_repository.h"
#include "domain/oauth2/session_repository.h"
#include "plugins/oauth2/grants/issued_answer.h"
#include "plugins/oauth2/oauth_error.h"
#include "plugins/oauth2/record.h"

namespace latchkey::oauth2 {

namespace {

using State = DeviceCodeGrant::State;

BrowserSession approver(UnitOfWork& work, const DeviceCodeGrant& grant) {
    const auto session = grant.browserSessionId ? work.browserSessions().find(*grant.browserSessionId) : std::nullopt;
    if (!session || session->user.lockedAt || session->user.deactivatedAt) throw invalidGrant("the user who approved may not log in");
    return *session;
}

OAuthSession sessionFor(const TokenRequest& request, const DeviceCodeGrant& grant, const BrowserSession& by) {
    OAuthSession session;
    session.id = newId(request.now);
    session.clientId = request.client.id;
    session.userId = by.user.id;
    session.browserSessionId = by.id;
    session.scope = grant.scope;
    session.createdAt = request.now;
    session.userAgent = grant.userAgent ? grant.userAgent : request.userAgent();
    session.accessTokenLifetime = grant.accessTokenLifetime;
    return session;
}

}  // namespace

DeviceCodeGrant DeviceCodeTokenGrant::fulfilledGrant(UnitOfWork& work, const TokenRequest& request) const {
    const auto grant = work.deviceCodeGrants().findByDeviceCode(request.form.required("device_code"));
    if (!grant || grant->clientId != request.client.id || grant->state == State::exchanged) throw invalidGrant("the device code is not known");
    if (grant->state == State::rejected) throw OAuthError(400, "access_denied", "the user refused");
    if (grant->expiresAt <= request.now) throw OAuthError(400, "expired_token", "the device code has expired");
    if (grant->state == State::fulfilled) return *grant;
    const bool patient = work.deviceCodeGrants().poll(grant->id, kInterval, request.now);
    work.commit();
    if (!patient) throw OAuthError(400, "slow_down", "asked again within the interval");
    throw OAuthError(400, "authorization_pending", "the user has not decided yet");
}

DeviceCodeTokenGrant::Approved DeviceCodeTokenGrant::approved(UnitOfWork& work, const TokenRequest& request) const {
    const DeviceCodeGrant grant = fulfilledGrant(work, request);
    const BrowserSession by = approver(work, grant);
    return {.grant = grant, .by = by, .session = sessionFor(request, grant, by)};
}

TokenAnswer DeviceCodeTokenGrant::exchange(const TokenRequest& request) const {
    auto work = store_.begin();
    const Approved first = approved(*work, request);
    const auto devices = devices_.of(first.session, first.by.user, request.client, first.session.userAgent);
    if (!devices) return handOut(*work, request, first);
    work.reset();
    TokenAnswer answer;
    devices_.make(*devices, [&] {  // all is looked at again, as for a code
        const auto second = store_.begin();
        answer = handOut(*second, request, approved(*second, request));
    });
    return answer;
}

TokenAnswer DeviceCodeTokenGrant::handOut(UnitOfWork& work, const TokenRequest& request, const Approved& approved) const {
    const OAuthSession& session = approved.session;
    work.oauthSessions().add(session);
    if (!work.deviceCodeGrants().exchange(approved.grant.id, session.id, request.now)) throw invalidGrant("the device code was used before");
    const Duration lifetime = session.accessTokenLifetime.value_or(accessLifetime_);
    TokenAnswer answer = issuedAnswer(work, session, lifetime, request.client.grantRefreshToken, request.now);
    if (session.scope.contains(kScopeOpenId)) {
        answer.idToken = idTokens_.make({.client = request.client, .userId = approved.by.user.id, .now = request.now, .accessToken = answer.accessToken, .code = {}, .nonce = {}, .authTime = {}});
    }
    work.commit();
    record(events_, request.http, session, EventKind::sessionStarted, [&](Event& event) {
        event.method = "device_code";
        event.about(approved.by.user);
    });
    return answer;
}

}  // namespace latchkey::oauth2
