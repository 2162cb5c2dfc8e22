// SPDX-License-Identifier: Apache-2.0
#include "plugins/rate-limits/config.h"

#include "kernel/config/section.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace latchkey::limits {

namespace {

using Bucket = RateLimiter::Bucket;
using config::Section;

// In the order of the enumeration.
struct Default {
    Bucket bucket;
    const char* group;  // nullptr: the bucket stands in rate_limiting itself
    const char* key;
    std::uint32_t burst;
    std::int64_t seconds;
};
constexpr Default kDefaults[] = {
    {Bucket::loginPerIp, "login", "per_ip", 3, 20},
    {Bucket::loginPerAccount, "login", "per_account", 1800, 2},
    {Bucket::registration, nullptr, "registration", 3, 1200},
    {Bucket::recoveryPerIp, "account_recovery", "per_ip", 3, 1200},
    {Bucket::recoveryPerAddress, "account_recovery", "per_address", 3, 3600},
    {Bucket::emailPerIp, "email_authentication", "per_ip", 5, 60},
    {Bucket::emailPerAddress, "email_authentication", "per_address", 3, 3600},
    {Bucket::emailsPerSession, "email_authentication", "emails_per_session", 2, 300},
    {Bucket::attemptsPerSession, "email_authentication", "attempt_per_session", 10, 60},
    {Bucket::userCodePerIp, nullptr, "user_code", 10, 60},
    {Bucket::registrationTokenPerIp, nullptr, "registration_token", 10, 60},
    {Bucket::clientSecretPerIp, "client_secret", "per_ip", 20, 10},
    {Bucket::clientSecretPerClient, "client_secret", "per_client", 100, 10},
    {Bucket::clientRegistrationPerIp, nullptr, "client_registration", 30, 60},
    {Bucket::registrationCheckPerIp, nullptr, "registration_check", 100, 2},
};
static_assert(std::size(kDefaults) == LimitsConfig::kBuckets);

// What is written may be absurd, but must not overflow: burst × interval stays below 10,000 years.
RateLimit bounded(std::int64_t burst, double seconds) {
    constexpr double kYear = 365.0 * 86400 * 1e6;
    const auto interval = static_cast<std::int64_t>(std::clamp(std::round(seconds * 1e6), 1.0, kYear));
    const auto most = static_cast<std::int64_t>(10'000 * kYear) / interval;
    return {static_cast<std::uint32_t>(std::min(burst, most)), Duration{interval}};
}

// A bucket is written whole: `burst` at once, then one each 1/per_second seconds.
RateLimit readBucket(const Section& group, const char* key, RateLimit limit) {
    if (!group.has(key)) return limit;
    const Section bucket = group.section(key);
    for (const char* part : {"burst", "per_second"}) {
        if (!bucket.has(part)) bucket.problem(part, "is required: a limit has both `burst` and `per_second`");
    }
    const auto burst = bucket.optionalInteger("burst", 1, std::numeric_limits<std::uint32_t>::max());
    const auto rate = bucket.optionalReal("per_second");
    if (!rate) return limit;
    const double interval = 1 / *rate;
    if (*rate <= 0 || !std::isfinite(interval) || interval < 1e-9) {
        bucket.problem("per_second", "must be above 0 and at most 1000000000");
        return limit;
    }
    return bounded(burst.value_or(1), interval);
}

}  // namespace

LimitsConfig LimitsConfig::parse(const Section& root) {
    const Section section = root.section("rate_limiting");
    LimitsConfig config;
    for (const Default& each : kDefaults) {
        const Section group = each.group == nullptr ? section : section.section(each.group);
        config.limits.at(static_cast<std::size_t>(each.bucket)) = readBucket(group, each.key, {each.burst, Duration::seconds(each.seconds)});
    }
    return config;
}

}  // namespace latchkey::limits
