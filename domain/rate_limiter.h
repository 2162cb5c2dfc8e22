// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"
#include "kernel/export.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// `burst` at once, then one each `interval` (the generic cell rate algorithm).
struct RateLimit {
    std::uint32_t burst = 1;
    Duration interval;
};

/// Limits hold across all processes of a database.
class LATCHKEY_API RateLimitRepository {
public:
    virtual ~RateLimitRepository();
    /// Takes one of `key`'s tokens, by the database's clock, in one round trip. Nothing: it was there; else how long to wait.
    virtual std::optional<Duration> take(std::string_view key, const RateLimit& limit) = 0;
    /// Forgets keys that have been full again for a while; at most `most` rows. Returns how many.
    virtual std::int64_t prune(std::int64_t most) = 0;
};

/// The limits of `rate_limiting:` and those that the reference lacks, by name. Thread-safe. Takes a unit of work of its own, which
/// commits, so that a failed attempt counts.
class LATCHKEY_API RateLimiter {
public:
    static constexpr const char* kService = "domain.RateLimiter/1";
    enum class Bucket {
        loginPerIp, loginPerAccount, registration, recoveryPerIp, recoveryPerAddress, emailPerIp, emailPerAddress, emailsPerSession, attemptsPerSession,
        userCodePerIp, registrationTokenPerIp, clientSecretPerIp, clientSecretPerClient, clientRegistrationPerIp,
        registrationCheckPerIp,
    };
    virtual ~RateLimiter();
    /// Nothing: go on. Else seconds to wait. `key`: an IP address, an id, a lower-cased address; an unknown IP is "unknown". Keys are
    /// stored as digests.
    virtual std::optional<int> take(Bucket bucket, std::string_view key) = 0;
};

}  // namespace latchkey
