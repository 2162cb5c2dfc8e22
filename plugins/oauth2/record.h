// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"
#include "domain/oauth2/session.h"
#include "plugins/http/api/request.h"

#include <utility>

namespace latchkey::oauth2 {

/// What an event says of the request.
inline void describe(Event& event, const http::Request& request) {
    event.via = "oauth2";
    event.ip = request.clientIp;
    if (const auto agent = request.headers.get("User-Agent")) event.userAgent = std::string(*agent);
}

/// Tells of something that happened to a session. After the commit; see domain/event_sink.h.
template <typename Fill>
void record(Events* events, const http::Request& request, const OAuthSession& session, EventKind kind, Fill&& fill) noexcept {
    emit(events, kind, [&](Event& event) {
        describe(event, request);
        event.userId = session.userId;
        event.clientId = session.clientId;
        event.session(SessionKind::oauth2, session.id);
        fill(event);
    });
}

/// A client had itself removed, with its live sessions.
inline void recordClientRemoved(Events* events, const http::Request& request, const Ulid& client, std::int64_t sessions) noexcept {
    emit(events, EventKind::sessionEnded, [&](Event& event) {
        describe(event, request);
        event.actor = EventActor::system;
        event.reason = "client_removed";
        event.clientId = client;
        event.count = sessions;
    });
}

/// A code or a refresh token came a second time, and its session was ended for that.
inline void recordReplay(Events* events, const http::Request& request, const OAuthSession& session) noexcept {
    record(events, request, session, EventKind::sessionEnded, [](Event& event) {
        event.actor = EventActor::system;
        event.reason = "replay";
    });
}

}  // namespace latchkey::oauth2
