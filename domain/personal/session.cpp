// SPDX-License-Identifier: Apache-2.0
#include "domain/personal/session.h"

namespace latchkey {

PersonalSessionRepository::~PersonalSessionRepository() = default;

namespace {

bool mayAct(const User& user) { return !user.lockedAt && !user.deactivatedAt; }

}  // namespace

bool PersonalAccessDetails::usableAt(Instant now) const {
    return token.validAt(now) && !session.revokedAt && mayAct(actor) && (!owner || mayAct(*owner));
}

}  // namespace latchkey
