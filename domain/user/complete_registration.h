// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <optional>
#include <string>

namespace latchkey {

class UnitOfWork;

/// What became of a registration that was to be completed.
struct RegistrationCompletion {
    enum class Outcome {
        created,
        alreadyCompleted,  ///< by somebody faster, or the registration is gone
        usernameTaken,     ///< meanwhile, by somebody else
        emailTaken,        ///< the proven address belongs to a user
        emailUnproven,
        tokenSpent,        ///< the registration token was used up, revoked or expired meanwhile
    };
    Outcome outcome = Outcome::alreadyCompleted;
    Ulid userId;                       ///< the rest: with created
    Ulid sessionId;                    ///< of the browser, logged in by the password
    std::optional<std::string> email;  ///< with emailTaken, too
};

/// Makes a user of a registration: the name, the password, the proven address, the accepted terms, one use of the registration token, a
/// browser session, and the job that tells the homeserver. All that is read is read again here, so that of several who race for a name,
/// an address or the last use of a token one wins. Commit if it was created; anything else must be rolled back.
LATCHKEY_API RegistrationCompletion completeRegistration(UnitOfWork& work, const Ulid& registrationId, const std::optional<std::string>& userAgent, Instant now);

}  // namespace latchkey
