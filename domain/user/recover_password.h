// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/password_hasher.h"
#include "domain/user/recovery.h"
#include "domain/user/user.h"
#include "kernel/export.h"

#include <optional>
#include <string_view>

namespace latchkey {

class UnitOfWork;

/// What a mailed link is worth.
enum class RecoveryState {
    valid,
    unknown,      ///< never made, or what it was for is gone
    expired,
    used,         ///< or the password was changed since, in another way
    locked,
    deactivated,
};

struct RecoveryLink {
    RecoveryState state = RecoveryState::unknown;
    std::optional<RecoverySession> session = {};  ///< unless unknown
    std::optional<User> user = {};                ///< whose password it is, and nobody else's; unless unknown
};

/// Notes that somebody has forgotten a password, and has the mails sent. The same for every address.
LATCHKEY_API void startRecovery(UnitOfWork& work, const RecoverySession& session);
/// Has the mails of a recovery sent, again.
LATCHKEY_API void enqueueRecoveryMail(UnitOfWork& work, const Ulid& sessionId, Instant now);

LATCHKEY_API RecoveryLink lookUpRecovery(UnitOfWork& work, std::string_view ticket, Instant now);
/// Sets the password, if the link still is valid: of several who use it at once, one does. `endSessions`: all that the user has, too.
LATCHKEY_API RecoveryLink recoverPassword(UnitOfWork& work, std::string_view ticket, const PasswordHasher::Hash& hash, bool endSessions, Instant now);

}  // namespace latchkey
