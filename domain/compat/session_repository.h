// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <cstdint>

namespace latchkey {

/// Log-ins by Matrix's own API, from before OAuth.
class LATCHKEY_API CompatSessionRepository {
public:
    virtual ~CompatSessionRepository();
    /// Ends all active ones of a user; returns how many. Their tokens are worth nothing then.
    virtual std::int64_t finishAllOf(const Ulid& userId, Instant now) = 0;
};

}  // namespace latchkey
