// SPDX-License-Identifier: Apache-2.0
#include "domain/user/user_jobs.h"

#include "domain/clock.h"
#include "domain/queue/job_repository.h"
#include "domain/store.h"

#include <Poco/JSONString.h>

namespace latchkey {

namespace {

std::string payload(const Ulid& userId, const std::string& more = {}) { return "{\"user_id\":\"" + userId.text() + "\"" + more + "}"; }

}  // namespace

void enqueueProvisioning(UnitOfWork& work, const Ulid& userId, const std::optional<std::string>& displayName, Instant now) {
    const std::string name = displayName ? Poco::toJSON(*displayName, true) : "null";
    work.jobs().enqueue(newId(now), "provision-user", payload(userId, ",\"set_display_name\":" + name), now);
}

void enqueueEmailCode(UnitOfWork& work, const Ulid& authenticationId, const std::string& language, Instant now) {
    const std::string json = "{\"user_email_authentication_id\":\"" + authenticationId.text() + "\",\"language\":" + Poco::toJSON(language, true) + "}";
    work.jobs().enqueue(newId(now), "send-email-authentication-code", json, now);
}

void enqueueDeactivation(UnitOfWork& work, const Ulid& userId, bool erase, Instant now) {
    work.jobs().enqueue(newId(now), "deactivate-user", payload(userId, erase ? ",\"hs_erase\":true" : ",\"hs_erase\":false"), now);
}

void enqueueReactivation(UnitOfWork& work, const Ulid& userId, Instant now) { work.jobs().enqueue(newId(now), "reactivate-user", payload(userId), now); }

}  // namespace latchkey
