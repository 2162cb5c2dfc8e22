// SPDX-License-Identifier: Apache-2.0
#include "plugins/rate-limits/stored_rate_limiter.h"

#include "domain/crypto/encoding.h"
#include "kernel/deadline.h"
#include "kernel/ip_address.h"
#include "kernel/log.h"

#include <algorithm>
#include <limits>

namespace latchkey::limits {

namespace {

const log::Logger kLog("rate-limits");

bool countsAddresses(RateLimiter::Bucket bucket) {
    using Bucket = RateLimiter::Bucket;
    switch (bucket) {
    case Bucket::loginPerIp:
    case Bucket::registration:
    case Bucket::recoveryPerIp:
    case Bucket::emailPerIp:
    case Bucket::userCodePerIp:
    case Bucket::registrationTokenPerIp:
    case Bucket::clientSecretPerIp:
    case Bucket::clientRegistrationPerIp:
    case Bucket::registrationCheckPerIp: return true;
    default: return false;
    }
}

// The network that one customer has: IPv4 addresses as they are (mapped ones, too), of IPv6 addresses the first half.
std::string network(std::string_view address) {
    const auto parsed = IpAddress::parse(address);
    if (!parsed) return std::string(address);
    return parsed->isV4() ? parsed->text() : std::string(reinterpret_cast<const char*>(parsed->bytes.data()), 8);
}

int wholeSeconds(Duration wait) {
    const std::int64_t seconds = (wait.us + 999'999) / 1'000'000;
    return static_cast<int>(std::clamp<std::int64_t>(seconds, 1, std::numeric_limits<int>::max()));
}

}  // namespace

std::string StoredRateLimiter::digest(Bucket bucket, std::string_view key) {
    const std::string text = std::to_string(static_cast<int>(bucket)) + ':' + (countsAddresses(bucket) ? network(key) : std::string(key));
    return hex(sha256(text));
}

std::optional<int> StoredRateLimiter::take(Bucket bucket, std::string_view key) {
    const auto work = store_.begin();
    const auto wait = work->rateLimits().take(digest(bucket, key), config_.of(bucket));
    work->commit();
    pruneNowAndThen();
    return wait ? std::optional(wholeSeconds(*wait)) : std::nullopt;
}

// By whoever comes first after a minute; if there was more to forget than one go allows, after a second.
void StoredRateLimiter::pruneNowAndThen() noexcept {
    constexpr std::int64_t kMost = 1000;
    constexpr std::int64_t kMinute = 60'000;
    constexpr std::int64_t kSecond = 1000;
    std::int64_t due = pruneAt_.load(std::memory_order_relaxed);
    const std::int64_t now = monotonicMs();
    if (now < due || !pruneAt_.compare_exchange_strong(due, now + kMinute)) return;
    try {
        const auto work = store_.begin();
        const std::int64_t forgotten = work->rateLimits().prune(kMost);
        work->commit();
        if (forgotten >= kMost) pruneAt_ = now + kSecond;
    } catch (const std::exception& error) {
        kLog.warn("rate_limits.prune_failed", "old counts stay for another minute", {{"reason", error.what()}});
    }
}

}  // namespace latchkey::limits
