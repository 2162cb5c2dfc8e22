// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"

#include <cmath>
#include <limits>

namespace latchkey::site {

namespace {

using config::Section;

// A bucket is written whole: `burst` at once, then one each 1/per_second seconds.
void checkBucket(const Section& group, std::string_view key) {
    if (!group.has(key)) return;
    const Section bucket = group.section(key);
    for (const char* part : {"burst", "per_second"}) {
        if (!bucket.has(part)) bucket.problem(part, "is required: a limit has both `burst` and `per_second`");
    }
    bucket.optionalInteger("burst", 1, std::numeric_limits<std::uint32_t>::max());
    const auto rate = bucket.optionalReal("per_second");
    if (!rate) return;
    const double interval = 1 / *rate;
    if (*rate <= 0 || !std::isfinite(interval) || interval < 1e-9) bucket.problem("per_second", "must be above 0 and at most 1000000000");
}

}  // namespace

void checkRateLimiting(const config::Section& root) {
    const Section section = root.section("rate_limiting");
    checkBucket(section, "registration");
    const Section login = section.section("login");
    for (const char* key : {"per_ip", "per_account"}) checkBucket(login, key);
    const Section recovery = section.section("account_recovery");
    for (const char* key : {"per_ip", "per_address"}) checkBucket(recovery, key);
    const Section email = section.section("email_authentication");
    for (const char* key : {"per_ip", "per_address", "emails_per_session", "attempt_per_session"}) checkBucket(email, key);
}

}  // namespace latchkey::site
