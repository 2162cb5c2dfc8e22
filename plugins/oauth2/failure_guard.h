// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace latchkey::oauth2 {

/// Keeps secrets from being guessed without costing those who know them a round trip: only failures are counted, in the limits
/// that all processes share; whoever exceeds one is refused by this process, right or wrong, until its time is over. Thread-safe.
class FailureGuard {
public:
    explicit FailureGuard(RateLimiter& limiter) : limiter_(limiter) {}

    /// Throws OAuthError 429 `slow_down` if `key` is shut out.
    void requireOpen(RateLimiter::Bucket bucket, const std::string& key);
    void failed(RateLimiter::Bucket bucket, const std::string& key);

private:
    static constexpr std::size_t kMostEntries = 10'000;
    RateLimiter& limiter_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::int64_t> shutUntilMs_;  // monotonic
};

}  // namespace latchkey::oauth2
