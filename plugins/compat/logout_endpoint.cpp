// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/logout_endpoint.h"

#include "domain/clock.h"
#include "domain/compat/session_repository.h"
#include "domain/session/finish_session.h"
#include "plugins/compat/bearer.h"
#include "plugins/compat/matrix_error.h"
#include "plugins/compat/matrix_json.h"
#include "plugins/compat/record.h"

#include <functional>

namespace latchkey::compat {

namespace {

MatrixError unknownToken() { return {401, "M_UNKNOWN_TOKEN", "the access token is not known, or not valid any more"}; }

// Only clients that know what this server can end may ask for it: OAuth and browser sessions survive.
void requireCompatIsFine(const http::Request& request) {
    const bool fine = !request.body.empty() && MatrixBody::parse(request).flag("io.element.only_compat_is_fine");
    if (!fine) throw MatrixError(404, "M_UNRECOGNIZED", "this server ends only some kinds of sessions here; say `io.element.only_compat_is_fine` if that will do");
}

template <class Count>
http::Response counted(const Count& count, const std::function<void()>& act) {
    try {
        act();
    } catch (const MatrixError& error) {
        count(error.status() == 404 ? CompatMetrics::Logout::notSupported : CompatMetrics::Logout::error);
        throw;
    } catch (...) {
        count(CompatMetrics::Logout::error);
        throw;
    }
    count(CompatMetrics::Logout::success);
    return http::json(200, "{}").noStore();
}

}  // namespace

http::Response LogoutEndpoint::logout(const http::Request& request) const {
    return counted([this](CompatMetrics::Logout how) { metrics_.logout(how); }, [&] { endOne(request); });
}

http::Response LogoutEndpoint::logoutAll(const http::Request& request) const {
    return counted([this](CompatMetrics::Logout how) { metrics_.logoutAll(how); }, [&] { endAll(request); });
}

void LogoutEndpoint::endOne(const http::Request& request) const {
    const Instant now = currentTime();
    const CompatAccessDetails who = authenticated(store_, request, now);
    const auto work = store_.begin();
    if (!work->compatSessions().finish(who.session.id, now)) throw unknownToken();
    enqueueDeviceSync(*work, who.user.id, now);
    work->commit();
    activity_.record({SessionKind::compat, who.session.id, now, request.clientIp});
    record(events_, request, EventKind::sessionEnded, [&](Event& event) {
        event.reason = "logout";
        event.about(who.user);
        event.session(SessionKind::compat, who.session.id);
    });
}

void LogoutEndpoint::endAll(const http::Request& request) const {
    const Instant now = currentTime();
    const CompatAccessDetails who = authenticated(store_, request, now);
    if (who.user.lockedAt || who.user.deactivatedAt) throw unknownToken();
    requireCompatIsFine(request);
    const auto work = store_.begin();
    const std::int64_t ended = work->compatSessions().finishAllOf(who.user.id, now);
    enqueueDeviceSync(*work, who.user.id, now);
    work->commit();
    activity_.record({SessionKind::compat, who.session.id, now, request.clientIp});
    record(events_, request, EventKind::sessionEnded, [&](Event& event) {
        event.reason = "logout_all";
        event.about(who.user);
        event.sessionKind = SessionKind::compat;
        event.count = ended;
    });
}

}  // namespace latchkey::compat
