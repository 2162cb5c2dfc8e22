// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <optional>
#include <string>

namespace latchkey {

class UnitOfWork;

/// Has the homeserver told of a user: that there is one, and whether it is locked. A display name is set if one is given.
LATCHKEY_API void enqueueProvisioning(UnitOfWork& work, const Ulid& userId, const std::optional<std::string>& displayName, Instant now);
/// Has a code mailed that proves an address, in that language.
LATCHKEY_API void enqueueEmailCode(UnitOfWork& work, const Ulid& authenticationId, const std::string& language, Instant now);
/// Has a user deactivated, here and at the homeserver, which may be asked to erase what the user wrote.
LATCHKEY_API void enqueueDeactivation(UnitOfWork& work, const Ulid& userId, bool erase, Instant now);
/// Has a user reactivated at the homeserver, and unlocked here when that is done.
LATCHKEY_API void enqueueReactivation(UnitOfWork& work, const Ulid& userId, Instant now);

}  // namespace latchkey
