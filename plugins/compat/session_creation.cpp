// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/session_creation.h"

#include "domain/clock.h"
#include "domain/compat/token_repository.h"
#include "domain/oauth2/session_repository.h"
#include "domain/secret.h"
#include "domain/session/finish_session.h"
#include "domain/token/token_format.h"
#include "kernel/deadline.h"
#include "kernel/log.h"
#include "plugins/compat/matrix_error.h"
#include "plugins/compat/record.h"

#include <algorithm>

namespace latchkey::compat {

namespace {

constexpr Duration kInactive = Duration::seconds(std::int64_t{90} * 86'400);

const log::Logger& logger() {
    static const log::Logger log("compat");
    return log;
}

std::optional<std::string> userAgent(const http::Request& request) {
    const auto field = request.headers.get("User-Agent");
    return field ? std::optional<std::string>(*field) : std::nullopt;
}

MatrixError forbidden(const std::string& why) { return {403, "M_FORBIDDEN", why}; }

}  // namespace

MadeSession SessionCreation::create(const Person& person, const LoginRequest& login, const http::Request& request) const {
    const auto seat = room_ != nullptr ? std::optional(room_->enter()) : std::nullopt;
    const std::int64_t untilMs = monotonicMs() + WaitingRoom::kPatience.us / 1000;
    const auto lock = locks_ != nullptr ? locks_->acquire(person.user.id, WaitingRoom::kPatience) : nullptr;
    const std::string deviceId = login.deviceId ? *login.deviceId : randomAlphanumerics(10);
    const std::int64_t evict = allowed(person, deviceId, request);
    const Instant now = currentTime();
    MadeSession made;
    made.session = {newId(now), person.user.id, deviceId, person.browserSessionId, now, {}, false, userAgent(request), login.displayName};
    std::vector<EndedSession> replaced;
    {
        const auto work = store_.begin();
        replaced = write(*work, person, made, evict, login.refreshToken, now);
        work->commit();
    }
    recordEnds(person, replaced, evict, request);
    announce(person.user, made.session, std::max<std::int64_t>(untilMs - monotonicMs(), 1));
    return made;
}

// What would be replaced is found out by doing it, and not committing: the policy may take long.
std::int64_t SessionCreation::allowed(const Person& person, const std::string& deviceId, const http::Request& request) const {
    SessionCounts counts;
    bool replaced = false;
    {
        const auto work = store_.begin();
        replaced = !work->compatSessions().finishDevice(person.user.id, deviceId, currentTime()).empty();
        counts = work->oauthSessions().countActiveOf(person.user.id);
    }
    const PolicyViolations violations = policy_.compatLogin({person.user, counts, replaced, person.loginType, {}, {request.clientIp, userAgent(request)}});
    if (violations.empty()) return 0;
    const PolicyViolation& first = violations.front();
    const bool tooMany = violations.size() == 1 && first.code == "too-many-sessions";
    if (tooMany && settings_.evict && first.needToRemove.value_or(0) > 0) return *first.needToRemove;
    throw forbidden(tooMany ? "too many sessions: log out somewhere else first" : "the policy of this server does not allow this log-in");
}

std::vector<EndedSession> SessionCreation::write(UnitOfWork& work, const Person& person, MadeSession& made, std::int64_t evict,
                                                 bool refreshable, Instant now) const {
    if (locks_ == nullptr) work.lock(person.user.id.low64());
    auto replaced = work.compatSessions().finishDevice(person.user.id, *made.session.deviceId, now);
    if (evict > 0) {
        if (work.compatSessions().finishLeastRecentlyUsed(person.user.id, evict, now - kInactive, now) < evict) throw forbidden("too many sessions: log out somewhere else first");
        enqueueDeviceSync(work, person.user.id, now);
    }
    work.compatSessions().add(made.session);
    person.confirm(work, made.session.id, now);
    addTokens(work, made, refreshable, now);
    if (homeserver_ == nullptr && evict == 0) enqueueDeviceSync(work, person.user.id, now);
    return replaced;
}

void SessionCreation::recordEnds(const Person& person, const std::vector<EndedSession>& replaced, std::int64_t evicted,
                                 const http::Request& request) const {
    for (const EndedSession& each : replaced) {
        record(events_, request, EventKind::sessionEnded, [&](Event& event) {
            event.reason = "replaced";
            event.about(person.user);
            event.session(each.kind, each.id);
        });
    }
    if (evicted == 0) return;
    record(events_, request, EventKind::sessionEnded, [&](Event& event) {
        event.actor = EventActor::system;
        event.reason = "too_many_sessions";
        event.about(person.user);
        event.sessionKind = SessionKind::compat;
        event.count = evicted;
    });
}

void SessionCreation::addTokens(UnitOfWork& work, MadeSession& made, bool refreshable, Instant now) const {
    const auto expires = refreshable ? std::optional(now + settings_.accessTokenLifetime) : std::nullopt;
    const CompatAccessToken access{newId(now), made.session.id, now, expires};
    made.accessText = newToken(TokenKind::compatAccess);
    work.compatTokens().addAccess(access, made.accessText);
    if (!refreshable) return;
    made.refreshText = newToken(TokenKind::compatRefresh);
    work.compatTokens().addRefresh({newId(now), made.session.id, access.id, now, {}}, made.refreshText);
}

void SessionCreation::announce(const User& user, const CompatSession& session, std::int64_t patienceMs) const {
    if (homeserver_ == nullptr) return;
    try {
        upsertDeviceOf(*homeserver_, user, *session.deviceId, session.humanName, {.timeoutMs = patienceMs});
    } catch (const std::exception& error) {
        logger().warn("compat.device", "the homeserver did not make the device of a new session, which is ended again",
                      {{"session", session.id.text()}, {"error", error.what()}});
        undo(session);
        throw MatrixError(500, "M_UNKNOWN", "the homeserver did not make the device");
    }
}

void SessionCreation::undo(const CompatSession& session) const {
    const Instant now = currentTime();
    const auto work = store_.begin();
    work->compatSessions().finish(session.id, now);
    enqueueDeviceSync(*work, session.userId, now);
    work->commit();
}

}  // namespace latchkey::compat
