// SPDX-License-Identifier: Apache-2.0
#include "domain/session/account_session.h"

#include "domain/session/finish_session.h"
#include "domain/store.h"

#include <algorithm>
#include <iterator>

namespace latchkey {

namespace {

struct Named {
    SessionKind kind;
    std::string_view name;
};
constexpr Named kNames[] = {
    {SessionKind::browser, "browser"}, {SessionKind::oauth2, "oauth2"}, {SessionKind::compat, "compat"}, {SessionKind::personal, "personal"}};

}  // namespace

AccountSessionRepository::~AccountSessionRepository() = default;

std::string_view nameOf(SessionKind kind) { return std::ranges::find(kNames, kind, &Named::kind)->name; }

std::optional<SessionKind> sessionKindOf(std::string_view name) {
    const auto found = std::ranges::find(kNames, name, &Named::name);
    return found == std::end(kNames) ? std::nullopt : std::optional(found->kind);
}

std::vector<std::string> AccountSession::deviceIds() const {
    return deviceId ? std::vector<std::string>{*deviceId} : scope.deviceIds();
}

bool endSession(UnitOfWork& work, const Ulid& userId, SessionKind kind, const Ulid& id, Instant now) {
    if (!work.accountSessions().end(userId, kind, id, now)) return false;
    if (kind != SessionKind::browser) enqueueDeviceSync(work, userId, now);
    return true;
}

std::int64_t endOtherSessions(UnitOfWork& work, const Ulid& userId, const Ulid& browserSessionId, Instant now) {
    const std::int64_t ended = work.accountSessions().endOthers(userId, browserSessionId, now);
    if (ended != 0) enqueueDeviceSync(work, userId, now);
    return ended;
}

std::int64_t endClientSessions(UnitOfWork& work, const Ulid& userId, const Ulid& clientId, Instant now) {
    const std::int64_t ended = work.accountSessions().endClient(userId, clientId, now);
    if (ended != 0) enqueueDeviceSync(work, userId, now);
    return ended;
}

}  // namespace latchkey
