// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/session.h"
#include "domain/oauth2/token.h"
#include "kernel/export.h"

#include <optional>
#include <string>

namespace latchkey {

class UnitOfWork;

/// Tokens as they are handed out: the only time that their texts are known.
struct IssuedTokens {
    AccessToken access;
    std::string accessText;
    std::optional<RefreshToken> refresh;
    std::string refreshText;
};

/// New random tokens of a session, written through the unit of work.
LATCHKEY_API IssuedTokens issueTokens(UnitOfWork& work, const OAuthSession& session, Duration accessLifetime, bool withRefresh, Instant now);

}  // namespace latchkey
