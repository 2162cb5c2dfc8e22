// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/failure_guard.h"

#include "kernel/deadline.h"
#include "plugins/oauth2/slow_down.h"

namespace latchkey::oauth2 {

namespace {

std::string entry(RateLimiter::Bucket bucket, const std::string& key) { return std::to_string(static_cast<int>(bucket)) + ":" + key; }

}  // namespace

void FailureGuard::requireOpen(RateLimiter::Bucket bucket, const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = shutUntilMs_.find(entry(bucket, key));
    if (found == shutUntilMs_.end()) return;
    const std::int64_t left = found->second - monotonicMs();
    if (left > 0) throw SlowDown(static_cast<int>((left + 999) / 1000));
    shutUntilMs_.erase(found);
}

void FailureGuard::failed(RateLimiter::Bucket bucket, const std::string& key) {
    const auto wait = limiter_.take(bucket, key);
    if (!wait) return;
    const std::lock_guard lock(mutex_);
    // Full of others' entries: those whose time is over go, or all of them; an attacker gains a few more guesses at most.
    if (shutUntilMs_.size() >= kMostEntries) std::erase_if(shutUntilMs_, [now = monotonicMs()](const auto& each) { return each.second <= now; });
    if (shutUntilMs_.size() >= kMostEntries) shutUntilMs_.clear();
    shutUntilMs_[entry(bucket, key)] = monotonicMs() + *wait * std::int64_t(1000);
}

}  // namespace latchkey::oauth2
