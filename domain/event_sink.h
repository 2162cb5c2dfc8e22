// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event.h"
#include "kernel/export.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey {

using EventBatch = std::vector<std::shared_ptr<const Event>>;

/// Where events go. Base plugins offer any number of these; the plugin `events` gives each a queue and a thread, so that a slow
/// one disturbs nobody.
class LATCHKEY_API EventSink {
public:
    static constexpr const char* kService = "domain.EventSink/1";
    /// How many at once, and how long the first may wait for others.
    struct Rhythm {
        std::size_t most = 100;
        std::int64_t lingerMs = 0;
    };
    virtual ~EventSink();
    virtual std::string_view name() const = 0;  ///< in metrics and logs: `log`
    virtual Rhythm rhythm() const { return {}; }
    /// Called on one thread. Throws Unavailable if the same batch is worth trying again later; whatever else it throws loses the
    /// batch. Must come back within some seconds.
    virtual void write(const EventBatch& batch) = 0;
};

/// Takes events. Thread-safe; never blocks, never fails.
class LATCHKEY_API Events {
public:
    static constexpr const char* kService = "domain.Events/1";
    virtual ~Events();
    /// Sets id and time, cleans all texts.
    virtual void emit(Event event) noexcept = 0;
    /// There was an event, and it could not even be put together.
    virtual void lost() noexcept = 0;
};

/// How to tell of something, once it is so: after the commit. `fill(Event&)` is called only if somebody listens; `events` is
/// nullptr where nobody does.
template <typename Fill>
void emit(Events* events, EventKind kind, Fill&& fill) noexcept {
    if (events == nullptr) return;
    try {
        Event event;
        event.kind = kind;
        fill(event);
        events->emit(std::move(event));
    } catch (...) {
        events->lost();
    }
}

}  // namespace latchkey
