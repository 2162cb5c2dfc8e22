// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

namespace latchkey::jobs {

struct Schedule {
    const char* name;  ///< also of the queue
    const char* cron;
};

inline constexpr char kUnusedClients[] = "cleanup-unused-oauth-clients";  ///< Latchkey's own: workers of the reference leave its jobs alone

/// In the order of the day.
std::span<const Schedule> schedules();
std::vector<std::string> scheduleNames();

}  // namespace latchkey::jobs
