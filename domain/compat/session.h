// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"

#include <optional>
#include <string>

namespace latchkey {

/// A log-in by Matrix's own API, from before OAuth.
struct CompatSession {
    Ulid id;
    Ulid userId;
    std::optional<std::string> deviceId;   ///< free text; old ones may have none
    std::optional<Ulid> browserSessionId;  ///< the one that approved it; nothing: by password
    Instant createdAt;
    std::optional<Instant> finishedAt;
    bool isSynapseAdmin = false;           ///< its tokens open the homeserver's admin API
    std::optional<std::string> userAgent;
    std::optional<std::string> humanName;

    bool active() const { return !finishedAt.has_value(); }
};

}  // namespace latchkey
