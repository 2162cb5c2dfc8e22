// SPDX-License-Identifier: Apache-2.0
#include "plugins/events-postgres/settings.h"

#include "kernel/config/section.h"

namespace latchkey::events_postgres {

namespace {

constexpr std::int64_t kShortest = 3'600;
constexpr std::int64_t kLongest = std::int64_t(100) * 365 * 86'400;

}  // namespace

ArchiveSettings ArchiveSettings::parse(const config::Section& root) {
    ArchiveSettings settings;
    const config::Section section = root.section("events").section("postgres");
    settings.enabled = section.boolean("enabled", false);
    const auto seconds = section.secondsOrNull("retention", settings.retention->us / 1'000'000);
    settings.retention.reset();
    if (!seconds) return settings;
    if (*seconds < kShortest || *seconds > kLongest) section.problem("retention", "must be from an hour (3600) to a hundred years, in seconds; null keeps events forever");
    else settings.retention = Duration::seconds(*seconds);
    return settings;
}

}  // namespace latchkey::events_postgres
