// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/revocation.h"

#include "domain/clock.h"
#include "domain/oauth2/token_repository.h"
#include "domain/session/finish_session.h"
#include "domain/token/token_format.h"
#include "plugins/oauth2/oauth_error.h"
#include "plugins/oauth2/record.h"

namespace latchkey::oauth2 {

std::optional<OAuthSession> Revocation::sessionOf(UnitOfWork& work, const std::string& token) const {
    const auto kind = tokenKind(token);
    if (kind == TokenKind::access) {
        const auto found = work.tokens().findAccess(token);
        if (found && found->token.validAt(currentTime())) return found->session;
    } else if (kind == TokenKind::refresh) {
        const auto found = work.tokens().findRefresh(token);
        if (found && found->token.state == RefreshToken::State::valid) return found->session;
    }
    return std::nullopt;
}

// A token that is not known, or another client's, gets the same answer as one that was revoked (§2.2): no oracle. What is no token
// at all was never valid, whatever the hint says of it. A hint that names the other kind only says where to look first (§2.1).
http::Response Revocation::post(const http::Request& request) const {
    const Form form = Form::parse(request);
    const Client client = clients_.authenticate(request, form);
    const std::string token = form.required("token");
    const auto hint = form.optional("token_type_hint");
    if (!tokenKind(token)) return http::empty(200).noStore();
    if (hint && *hint != "access_token" && *hint != "refresh_token") throw OAuthError(400, "unsupported_token_type", "only access and refresh tokens can be revoked");
    const auto work = store_.begin();
    const auto session = sessionOf(*work, token);
    if (session && session->clientId == client.id && finishSession(*work, *session, currentTime())) {
        work->commit();
        record(events_, request, *session, EventKind::sessionEnded, [](Event& event) { event.reason = "revoked"; });
    }
    return http::empty(200).noStore();
}

}  // namespace latchkey::oauth2
