// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <optional>
#include <string>

namespace latchkey {

/// An invitation to register.
struct RegistrationToken {
    Ulid id;
    std::string token;
    std::optional<int> usageLimit;  ///< nothing: unlimited
    Instant createdAt;
    std::optional<Instant> expiresAt;
};

class LATCHKEY_API RegistrationTokenRepository {
public:
    virtual ~RegistrationTokenRepository();
    /// Throws Conflict if the token exists; the unit of work stays usable then.
    virtual void add(const RegistrationToken& token) = 0;
};

}  // namespace latchkey
