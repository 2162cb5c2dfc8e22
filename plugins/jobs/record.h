// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"

#include <utility>

namespace latchkey::jobs {

/// Tells of what a job did by itself, with nobody's request. After the commit; see domain/event_sink.h.
template <typename Fill>
void record(Events* events, EventKind kind, Fill&& fill) noexcept {
    emit(events, kind, [&](Event& event) {
        event.actor = EventActor::system;
        event.via = "jobs";
        fill(event);
    });
}

}  // namespace latchkey::jobs
