// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event.h"
#include "kernel/config/section.h"

#include <cstdint>
#include <set>
#include <string>

namespace latchkey::events_webhook {

/// The section `events.webhook`.
struct HookSettings {
    std::string url;                 ///< empty: there is no webhook
    config::Section::InlineOrFile secret;
    std::set<EventKind> kinds;       ///< empty: all
    bool allowPrivateAddresses = false;
    std::int64_t timeoutMs = 10'000;

    static HookSettings parse(const config::Section& root);
    bool wants(EventKind kind) const { return kinds.empty() || kinds.contains(kind); }
    /// Throws ConfigError if the file cannot be read, or what it holds is too short.
    std::string readSecret() const;
};

}  // namespace latchkey::events_webhook
