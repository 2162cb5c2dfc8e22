// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/session.h"
#include "domain/store.h"
#include "plugins/oauth2/grants/grant.h"

namespace latchkey::oauth2 {

/// The first tokens of a session, in an answer that lacks the ID token.
TokenAnswer issuedAnswer(UnitOfWork& work, const OAuthSession& session, Duration lifetime, bool withRefresh, Instant now);

}  // namespace latchkey::oauth2
