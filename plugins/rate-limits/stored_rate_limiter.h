// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"
#include "domain/store.h"
#include "plugins/rate-limits/config.h"

#include <atomic>

namespace latchkey::limits {

/// Keeps its counts in the store, so that they hold for all processes. Throws what the store throws: without a database there is no
/// log-in to limit.
class StoredRateLimiter final : public RateLimiter {
public:
    StoredRateLimiter(Store& store, const LimitsConfig& config) : store_(store), config_(config) {}
    std::optional<int> take(Bucket bucket, std::string_view key) override;

    /// What is stored for a key: SHA-256, in lower-case hexadecimal, of the bucket's number and the key. Where addresses are
    /// counted, an IPv6 address stands for its /64: whoever has one of it has them all.
    static std::string digest(Bucket bucket, std::string_view key);

private:
    void pruneNowAndThen() noexcept;

    Store& store_;
    const LimitsConfig config_;
    std::atomic<std::int64_t> pruneAt_{0};
};

}  // namespace latchkey::limits
