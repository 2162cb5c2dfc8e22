// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/token.h"

namespace latchkey {

namespace {

bool mayAct(const std::optional<User>& user) { return !user || (!user->lockedAt && !user->deactivatedAt); }

}  // namespace

bool AccessTokenDetails::usableAt(Instant now) const { return token.validAt(now) && session.active() && mayAct(user); }

bool RefreshTokenDetails::usable() const { return token.state == RefreshToken::State::valid && session.active() && mayAct(user); }

}  // namespace latchkey
