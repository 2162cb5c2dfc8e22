// SPDX-License-Identifier: Apache-2.0
#include "domain/session/finish_session.h"

#include "domain/clock.h"
#include "domain/oauth2/session_repository.h"
#include "domain/queue/job_repository.h"
#include "domain/store.h"

namespace latchkey {

bool finishSession(UnitOfWork& work, const OAuthSession& session, Instant now) {
    if (!work.oauthSessions().finish(session.id, now)) return false;
    if (session.userId) enqueueDeviceSync(work, *session.userId, now);
    return true;
}

void enqueueDeviceSync(UnitOfWork& work, const Ulid& userId, Instant now) {
    work.jobs().enqueue(newId(now), "sync-devices", "{\"user_id\":\"" + userId.text() + "\"}", now);
}

}  // namespace latchkey
