// SPDX-License-Identifier: Apache-2.0
#include "domain/token/issue_tokens.h"

#include "domain/clock.h"
#include "domain/oauth2/token_repository.h"
#include "domain/store.h"
#include "domain/token/token_format.h"

namespace latchkey {

IssuedTokens issueTokens(UnitOfWork& work, const OAuthSession& session, Duration accessLifetime, bool withRefresh, Instant now) {
    IssuedTokens issued;
    issued.access = {.id = newId(now), .sessionId = session.id, .createdAt = now, .expiresAt = now + accessLifetime, .revokedAt = {}, .firstUsedAt = {}};
    issued.accessText = newToken(TokenKind::access);
    work.tokens().addAccess(issued.access, issued.accessText);
    if (!withRefresh) return issued;
    issued.refresh = RefreshToken{.id = newId(now), .sessionId = session.id, .accessTokenId = issued.access.id, .nextId = {}, .state = RefreshToken::State::valid, .createdAt = now, .consumedAt = {}};
    issued.refreshText = newToken(TokenKind::refresh);
    work.tokens().addRefresh(*issued.refresh, issued.refreshText);
    return issued;
}

}  // namespace latchkey
