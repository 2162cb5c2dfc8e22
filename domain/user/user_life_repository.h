// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace latchkey {

/// What touches everything that belongs to a user at once.
class LATCHKEY_API UserLifeRepository {
public:
    virtual ~UserLifeRepository();
    /// Device ids of the active compat, OAuth and personal sessions, each once, in their order, at most `most` of those after `after`.
    virtual std::vector<std::string> devices(const Ulid& userId, const std::optional<std::string>& after, int most) = 0;
    /// Deactivates (an earlier date stays), ends all sessions and tokens, forgets addresses. May be repeated. Returns how many
    /// sessions it ended.
    virtual std::int64_t deactivate(const Ulid& userId, Instant now) = 0;
    /// False if the user was not deactivated.
    virtual bool reactivate(const Ulid& userId) = 0;
};

}  // namespace latchkey
