// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"

#include <limits>

namespace latchkey::site {

namespace {

using config::Section;
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// The reference documents these ranges and does not enforce them: a value outside works there, so here it is a warning.
void warnOutside(const Section& section, std::string_view key, std::int64_t value, std::int64_t min, std::int64_t max) {
    if (value < min || value > max) section.warning(key, std::to_string(value) + " s is unusual: between " + std::to_string(min) + " and " + std::to_string(max) + " is meant");
}

void checkInactivity(const Section& parent) {
    if (!parent.has("inactive_session_expiration")) return;
    const Section section = parent.section("inactive_session_expiration");
    if (!section.present()) return;
    if (!section.has("ttl")) section.problem("ttl", "is required");
    else warnOutside(section, "ttl", section.seconds("ttl", 600), 600, 7'776'000);
    for (const char* key : {"expire_compat_sessions", "expire_oauth_sessions", "expire_user_sessions"}) section.boolean(key, true);
}

void checkSessionLimit(const Section& parent) {
    if (!parent.has("session_limit")) return;
    const Section section = parent.section("session_limit");
    if (!section.present()) return;
    for (const char* key : {"soft_limit", "hard_limit"}) {
        if (!section.has(key)) section.problem(key, "is required");
    }
    const auto soft = section.optionalInteger("soft_limit", 1, kMost);
    const auto hard = section.optionalInteger("hard_limit", 1, kMost);
    section.optionalInteger("max_session_threshold", 1, kMost);
    const bool evict = section.boolean("dangerous_hard_limit_eviction", false);
    if (soft && hard && *hard < *soft) section.problem("hard_limit", "must be at least `soft_limit` (" + std::to_string(*soft) + ")");
    if (evict && hard && *hard < 2) section.problem("hard_limit", "must be at least 2 with `dangerous_hard_limit_eviction`");
}

}  // namespace

void checkExperimental(const config::Section& root) {
    const Section section = root.section("experimental");
    for (const char* key : {"access_token_ttl", "compat_token_ttl"}) warnOutside(section, key, section.seconds(key, 300), 60, 86'400);
    section.optionalString("plan_management_iframe_uri");
    checkInactivity(section);
    checkSessionLimit(section);
}

}  // namespace latchkey::site
