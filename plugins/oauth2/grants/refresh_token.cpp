// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/grants/refresh_token.h"

#include "domain/clock.h"
#include "domain/oauth2/token_repository.h"
#include "domain/session/finish_session.h"
#include "domain/token/issue_tokens.h"
#include "domain/token/token_format.h"
#include "plugins/oauth2/oauth_error.h"
#include "plugins/oauth2/record.h"

#include <utility>

namespace latchkey::oauth2 {

namespace {

TokenAnswer answerOf(std::string access, std::string refresh, const OAuthSession& session, Duration lifetime) {
    return {.accessToken = std::move(access), .expiresInSeconds = lifetime.us / 1'000'000, .refreshToken = std::move(refresh), .idToken = {}, .scope = session.scope};
}

void requireNarrowerScope(const Form& form, const Scope& granted) {
    const auto asked = form.optional("scope");
    if (!asked) return;
    const auto scope = Scope::parse(*asked);
    if (!scope || !granted.covers(*scope)) throw invalidScope("scope must not go beyond what was granted");
}

}  // namespace

RefreshTokenGrant::Pair RefreshTokenGrant::successorOf(const std::string& token) const {
    return {tokenFrom(TokenKind::access, encrypter_.derive("refresh.access", token)), tokenFrom(TokenKind::refresh, encrypter_.derive("refresh.refresh", token))};
}

RefreshTokenDetails RefreshTokenGrant::presented(UnitOfWork& work, const TokenRequest& request, const std::string& token) const {
    const auto details = work.tokens().findRefresh(token);
    const bool theirs = details && details->session.clientId == request.client.id;
    if (!theirs || details->token.state == RefreshToken::State::revoked) throw invalidGrant("the refresh token is not known");
    if (!details->session.active()) throw invalidGrant("the session of this refresh token has ended");
    if (details->user && (details->user->lockedAt || details->user->deactivatedAt)) throw invalidGrant("the user of this refresh token may not log in");
    return *details;
}

// An administrator may have ceased to be one. The token stays good, for the day that they are one again (RFC 6749 §5.2).
void RefreshTokenGrant::requireStillAllowed(const TokenRequest& request, const RefreshTokenDetails& details) const {
    const Scope& scope = details.session.scope;
    const User* user = details.user ? &*details.user : nullptr;
    const GrantDecision decision = policy_.grant({.client = request.client,
                                                  .user = user,
                                                  .sessions = {},
                                                  .scope = scope,
                                                  .grantType = "authorization_code",
                                                  .requester = {request.http.clientIp, request.userAgent()}});
    const Scope granted = decision.granted(scope);
    bool whole = decision.violations.empty();
    for (const std::string_view token : {kScopeAdmin, kScopeSynapseAdmin}) whole = whole && granted.contains(token) == scope.contains(token);
    if (!whole) throw invalidGrant("the policy does not allow the scope of this refresh token any more: authorize again");
}

TokenAnswer RefreshTokenGrant::exchange(const TokenRequest& request) const {
    const std::string token = request.form.required("refresh_token");
    if (tokenKind(token) != TokenKind::refresh) throw invalidGrant("the refresh token is not known");
    bool asked = false;
    for (int attempt = 0;; ++attempt) {
        auto work = store_.begin();
        RefreshTokenDetails details = presented(*work, request, token);
        requireNarrowerScope(request.form, details.session.scope);
        if (details.session.scope.administers() && !std::exchange(asked, true)) {
            work.reset();  // the policy may call out
            requireStillAllowed(request, details);
            work = store_.begin();
            details = presented(*work, request, token);
        }
        if (details.token.state == RefreshToken::State::consumed) return again(*work, request, details, token);
        if (auto answer = rotate(*work, request, details, token)) return *answer;
        if (attempt > 0) throw invalidGrant("the refresh token was used at the same time");
    }
}

std::optional<TokenAnswer> RefreshTokenGrant::rotate(UnitOfWork& work, const TokenRequest& request, const RefreshTokenDetails& details, const std::string& token) const {
    const Duration lifetime = lifetimeOf(details.session);
    Pair pair = successorOf(token);
    TokenRotation rotation;
    rotation.presentedId = details.token.id;
    rotation.presentedAccessId = details.token.accessTokenId;
    rotation.sessionId = details.session.id;
    rotation.access = {.id = newId(request.now), .sessionId = details.session.id, .createdAt = request.now, .expiresAt = request.now + lifetime, .revokedAt = {}, .firstUsedAt = {}};
    rotation.accessText = pair.access;
    rotation.refresh = {.id = newId(request.now), .sessionId = details.session.id, .accessTokenId = rotation.access.id, .nextId = {}, .state = RefreshToken::State::valid, .createdAt = request.now, .consumedAt = {}};
    rotation.refreshText = pair.refresh;
    rotation.userAgent = request.userAgent();
    rotation.now = request.now;
    if (!work.tokens().rotate(rotation)) return std::nullopt;
    work.commit();
    return answerOf(std::move(pair.access), std::move(pair.refresh), details.session, lifetime);
}

// The presented token was exchanged before: for a pair that nobody has used yet, or else it is a replay.
TokenAnswer RefreshTokenGrant::again(UnitOfWork& work, const TokenRequest& request, const RefreshTokenDetails& details, const std::string& token) const {
    const auto next = details.token.nextId ? work.tokens().refresh(*details.token.nextId) : std::nullopt;
    const auto access = next && next->accessTokenId ? work.tokens().access(*next->accessTokenId) : std::nullopt;
    const bool unused = next && next->state == RefreshToken::State::valid && (!access || !access->firstUsedAt);
    if (!unused) {
        if (finishSession(work, details.session, request.now)) {
            work.commit();
            recordReplay(events_, request.http, details.session);
        }
        throw invalidGrant("the refresh token was used before");
    }
    Pair pair = successorOf(token);
    const auto derived = work.tokens().findAccess(pair.access);
    const bool same = derived && derived->token.id == next->accessTokenId && derived->token.validAt(request.now);
    if (!same) return replace(work, request, details, *next);
    const Duration left = derived->token.expiresAt ? *derived->token.expiresAt - request.now : lifetimeOf(details.session);
    return answerOf(std::move(pair.access), std::move(pair.refresh), details.session, left);
}

// The pair that nobody used has expired, or was made by the reference: another one takes its place.
TokenAnswer RefreshTokenGrant::replace(UnitOfWork& work, const TokenRequest& request, const RefreshTokenDetails& details, const RefreshToken& next) const {
    const Duration lifetime = lifetimeOf(details.session);
    const IssuedTokens issued = issueTokens(work, details.session, lifetime, true, request.now);
    if (!work.tokens().repoint(details.token.id, next.id, issued.refresh->id)) throw invalidGrant("the refresh token was used at the same time");
    work.tokens().revokeRefresh(next.id, request.now);
    if (next.accessTokenId) work.tokens().revokeAccess(*next.accessTokenId, request.now);
    work.commit();
    return answerOf(issued.accessText, issued.refreshText, details.session, lifetime);
}

}  // namespace latchkey::oauth2
