// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/grants/issued_answer.h"

#include "domain/token/issue_tokens.h"

namespace latchkey::oauth2 {

TokenAnswer issuedAnswer(UnitOfWork& work, const OAuthSession& session, Duration lifetime, bool withRefresh, Instant now) {
    IssuedTokens issued = issueTokens(work, session, lifetime, withRefresh, now);
    TokenAnswer answer{.accessToken = std::move(issued.accessText),
                       .expiresInSeconds = lifetime.us / 1'000'000,
                       .refreshToken = {},
                       .idToken = {},
                       .scope = session.scope};
    if (issued.refresh) answer.refreshToken = std::move(issued.refreshText);
    return answer;
}

}  // namespace latchkey::oauth2
