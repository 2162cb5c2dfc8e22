// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/session.h"
#include "kernel/export.h"

namespace latchkey {

class UnitOfWork;

/// Ends an OAuth session, and with it all its tokens; the homeserver hears of it by a job, since a device may go. False if it had
/// ended already.
LATCHKEY_API bool finishSession(UnitOfWork& work, const OAuthSession& session, Instant now);

/// Has the homeserver's list of a user's devices brought in line with the sessions here.
LATCHKEY_API void enqueueDeviceSync(UnitOfWork& work, const Ulid& userId, Instant now);

}  // namespace latchkey
