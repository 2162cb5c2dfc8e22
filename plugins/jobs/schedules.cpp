// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/schedules.h"

namespace latchkey::jobs {

namespace {

constexpr Schedule kSchedules[] = {
    {"cleanup-revoked-oauth-access-tokens", "0 0 * * * *"},
    {"cleanup-revoked-oauth-refresh-tokens", "0 5 * * * *"},
    {"cleanup-consumed-oauth-refresh-tokens", "0 5 * * * *"},
    {"cleanup-finished-compat-sessions", "0 10 * * * *"},
    {"cleanup-finished-oauth2-sessions", "0 15 * * * *"},
    {"cleanup-finished-user-sessions", "0 20 * * * *"},
    {"cleanup-inactive-oauth2-session-ips", "0 25 * * * *"},
    {"cleanup-inactive-compat-session-ips", "0 25 * * * *"},
    {"cleanup-inactive-user-session-ips", "0 25 * * * *"},
    {"cleanup-oauth-authorization-grants", "0 30 * * * *"},
    {"cleanup-oauth-device-code-grants", "0 35 * * * *"},
    {"cleanup-upstream-oauth-sessions", "0 40 * * * *"},
    {"cleanup-upstream-oauth-links", "0 40 * * * *"},
    {"cleanup-user-registrations", "0 45 * * * *"},
    {"cleanup-user-recovery-sessions", "0 50 * * * *"},
    {"cleanup-user-email-authentications", "0 50 * * * *"},
    {"cleanup-queue-jobs", "0 55 * * * *"},
    {"cleanup-expired-oauth-access-tokens", "0 5 */4 * * *"},
    {kUnusedClients, "0 15 3 * * *"},
    {"expire-inactive-sessions", "30 */15 * * * *"},
    {"prune-stale-policy-data", "0 0 2 * * *"},
};

}  // namespace

std::span<const Schedule> schedules() { return kSchedules; }

std::vector<std::string> scheduleNames() {
    std::vector<std::string> names;
    for (const Schedule& each : kSchedules) names.emplace_back(each.name);
    return names;
}

}  // namespace latchkey::jobs
