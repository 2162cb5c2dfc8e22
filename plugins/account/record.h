// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"
#include "plugins/account/site.h"
#include "plugins/http/api/request.h"

#include <utility>

namespace latchkey::account {

/// What an event says of the browser that asked.
inline void describe(Event& event, const http::Request& request) {
    event.via = "account";
    event.ip = request.clientIp;
    if (const auto agent = request.headers.get("User-Agent")) event.userAgent = std::string(*agent);
}

/// Tells of something that came of a request. After the commit; see domain/event_sink.h.
template <typename Fill>
void record(const Site& site, const http::Request& request, EventKind kind, Fill&& fill) noexcept {
    emit(site.events, kind, [&](Event& event) {
        describe(event, request);
        fill(event);
    });
}

}  // namespace latchkey::account
