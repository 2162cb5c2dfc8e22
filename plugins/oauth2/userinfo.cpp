// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/userinfo.h"

#include "domain/clock.h"
#include "domain/oauth2/client_repository.h"
#include "domain/oauth2/token_repository.h"
#include "domain/token/token_format.h"
#include "domain/user/user_email.h"
#include "plugins/oauth2/bearer_token.h"
#include "plugins/oauth2/json.h"

namespace latchkey::oauth2 {

http::Response UserInfo::answer(const http::Request& request) const {
    const BearerToken bearer = BearerToken::from(request);
    if (bearer.state == BearerToken::State::malformed) return bearerChallenge(400, "invalid_request", "the request carries no well-formed bearer token");
    if (bearer.state == BearerToken::State::absent) return bearerChallenge(401, "", "");
    const Instant now = currentTime();
    const auto found = tokenKind(bearer.token) == TokenKind::access ? store_.reading()->tokens().findAccess(bearer.token) : std::nullopt;
    if (!found || !found->usableAt(now) || !found->user) return bearerChallenge(401, "invalid_token", "the access token is not known, has expired or was revoked");
    if (!found->session.scope.contains(kScopeOpenId)) return bearerChallenge(403, "insufficient_scope", "the access token lacks the scope openid");
    if (!found->token.firstUsedAt) store_.reading()->tokens().markUsed(found->token.id, now);
    activity_.record({SessionKind::oauth2, found->session.id, now, request.clientIp});
    return describe(*found);
}

http::Response UserInfo::describe(const AccessTokenDetails& details) const {
    const auto work = store_.reading();
    const Scope& scope = details.session.scope;
    JsonObject claims;
    claims.text("sub", details.user->id.text()).text("username", details.user->username);
    if (scope.contains(kScopeProfile)) claims.text("preferred_username", details.user->username);
    if (scope.contains(kScopeEmail)) {
        const auto emails = work->emails().allOf(details.user->id);
        if (!emails.empty()) claims.text("email", emails.front().email).flag("email_verified", true);
    }
    const auto client = work->clients().find(details.session.clientId);
    if (!client || !client->userinfoSignedResponseAlg) return http::json(200, claims.str()).noStore();
    claims.text("iss", idTokens_.issuer()).text("aud", client->clientId());
    http::Response response = http::json(200, idTokens_.sign(*client, *client->userinfoSignedResponseAlg, claims.str())).noStore();
    response.headers.set("Content-Type", "application/jwt");
    return response;
}

}  // namespace latchkey::oauth2
