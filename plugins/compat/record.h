// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"
#include "plugins/http/api/request.h"

#include <utility>

namespace latchkey::compat {

/// Tells of something that came of a request. After the commit; see domain/event_sink.h.
template <typename Fill>
void record(Events* events, const http::Request& request, EventKind kind, Fill&& fill) noexcept {
    emit(events, kind, [&](Event& event) {
        event.via = "compat";
        event.ip = request.clientIp;
        if (const auto agent = request.headers.get("User-Agent")) event.userAgent = std::string(*agent);
        fill(event);
    });
}

}  // namespace latchkey::compat
