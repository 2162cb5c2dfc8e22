// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"

#include <optional>
#include <string>

namespace latchkey {

/// An account. Locked and deactivated are independent of each other.
struct User {
    Ulid id;
    std::string username;  ///< the localpart; unique exactly, looked up without regard to case
    Instant createdAt;
    std::optional<Instant> lockedAt;
    std::optional<Instant> deactivatedAt;
    bool canRequestAdmin = false;
    bool isGuest = false;

    bool operator==(const User&) const = default;
};

}  // namespace latchkey
