// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/grants/authorization_code.h"

#include "domain/oauth2/authorization_grant_repository.h"
#include "domain/oauth2/session_repository.h"
#include "domain/session/finish_session.h"
#include "domain/user/browser_session.h"
#include "domain/user/user_repository.h"
#include "plugins/oauth2/code_verifier.h"
#include "plugins/oauth2/grants/issued_answer.h"
#include "plugins/oauth2/oauth_error.h"
#include "plugins/oauth2/record.h"

namespace latchkey::oauth2 {

namespace {

constexpr Duration kCodeLifetime = Duration::seconds(600);
// A client that did not get its answer may ask again at once; that is no theft. Its code is used up all the same.
constexpr Duration kRetryTime = Duration::seconds(20);

void requireRedirectUri(const AuthorizationGrant& grant, const std::optional<std::string>& given) {
    const bool fits = given ? *given == grant.redirectUri : !grant.redirectUriGiven;
    if (!fits) throw invalidGrant("redirect_uri must be the one of the authorization request");
}

OAuthSession activeSession(UnitOfWork& work, const AuthorizationGrant& grant) {
    const auto session = grant.sessionId ? work.oauthSessions().find(*grant.sessionId) : std::nullopt;
    if (!session || !session->active()) throw invalidGrant("the session of this code has ended");
    return *session;
}

User userOf(UnitOfWork& work, const OAuthSession& session) {
    const auto user = session.userId ? work.users().find(*session.userId) : std::nullopt;
    if (!user || user->lockedAt || user->deactivatedAt) throw invalidGrant("the user of this code may not log in");
    return *user;
}

}  // namespace

// A code that is used again may have been stolen: whoever got the tokens must not keep them (RFC 6749 §4.1.2).
void AuthorizationCodeGrant::replayed(UnitOfWork& work, const AuthorizationGrant& grant, const TokenRequest& request) const {
    if (grant.exchangedAt && request.now - *grant.exchangedAt > kRetryTime) {
        const auto session = grant.sessionId ? work.oauthSessions().find(*grant.sessionId) : std::nullopt;
        if (session && finishSession(work, *session, request.now)) {
            work.commit();
            recordReplay(events_, request.http, *session);
        }
    }
    throw invalidGrant("the code was used before");
}

AuthorizationGrant AuthorizationCodeGrant::fulfilledGrant(UnitOfWork& work, const TokenRequest& request, const std::string& code) const {
    const auto grant = work.authorizationGrants().findByCode(code);
    if (!grant || grant->clientId != request.client.id) throw invalidGrant("the code is not known");
    if (grant->state == AuthorizationGrant::State::exchanged) replayed(work, *grant, request);
    if (grant->state != AuthorizationGrant::State::fulfilled || !grant->fulfilledAt) throw invalidGrant("the code is not known");
    if (request.now - *grant->fulfilledAt > kCodeLifetime) throw invalidGrant("the code has expired");
    return *grant;
}

AuthorizationCodeGrant::Approved AuthorizationCodeGrant::approved(UnitOfWork& work, const TokenRequest& request, const std::string& code) const {
    Approved all{.grant = fulfilledGrant(work, request, code), .session = {}, .user = {}};
    requireRedirectUri(all.grant, request.form.optional("redirect_uri"));
    requireVerifier(all.grant.challenge, request.form.optional("code_verifier"));
    all.session = activeSession(work, all.grant);
    all.user = userOf(work, all.session);
    return all;
}

TokenAnswer AuthorizationCodeGrant::exchange(const TokenRequest& request) const {
    const std::string code = request.form.required("code");
    auto work = store_.begin();
    const Approved first = approved(*work, request, code);
    const auto devices = devices_.of(first.session, first.user, request.client, request.userAgent());
    if (!devices) return handOut(*work, request, code, first);
    work.reset();
    TokenAnswer answer;
    devices_.make(*devices, [&] {  // meanwhile anything may have happened to the code and its session: all is looked at again
        const auto second = store_.begin();
        answer = handOut(*second, request, code, approved(*second, request, code));
    });
    return answer;
}

TokenAnswer AuthorizationCodeGrant::handOut(UnitOfWork& work, const TokenRequest& request, const std::string& code, const Approved& approved) const {
    const OAuthSession& session = approved.session;
    if (!work.authorizationGrants().exchange(approved.grant.id, request.now)) throw invalidGrant("the code was used before");
    if (const auto agent = request.userAgent()) work.oauthSessions().recordUserAgent(session.id, *agent);
    const Duration lifetime = session.accessTokenLifetime.value_or(accessLifetime_);
    TokenAnswer answer = issuedAnswer(work, session, lifetime, request.client.grantRefreshToken, request.now);
    if (session.scope.contains(kScopeOpenId)) {
        IdTokenContent content{.client = request.client, .userId = approved.user.id, .now = request.now, .accessToken = answer.accessToken, .code = code, .nonce = approved.grant.nonce, .authTime = {}};
        if (session.browserSessionId) content.authTime = work.browserSessions().lastAuthentication(*session.browserSessionId);
        answer.idToken = idTokens_.make(content);
    }
    work.commit();
    record(events_, request.http, session, EventKind::sessionStarted, [&](Event& event) {
        event.method = "authorization_code";
        event.about(approved.user);
    });
    return answer;
}

}  // namespace latchkey::oauth2
