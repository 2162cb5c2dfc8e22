// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

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
    /// One that somebody may register with now: neither revoked, nor expired, nor used up.
    virtual std::optional<RegistrationToken> findUsable(std::string_view token, Instant now) = 0;
    virtual bool usable(const Ulid& id, Instant now) = 0;
    /// Counts one use. False, and nothing is counted, if it must not be used any more: of those who race for the last use one wins.
    virtual bool use(const Ulid& id, Instant now) = 0;
};

}  // namespace latchkey
