// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/doctor.h"

#include <cstdio>

namespace latchkey::passwords {

namespace {

std::string rounded(double value) {
    char text[32];
    std::snprintf(text, sizeof text, value < 10 ? "%.1f" : "%.0f", value);
    return text;
}

}  // namespace

// Only bcrypt has something to turn: what the others cost is part of their hashes, as in the reference.
std::string cureOfSlowness(std::string_view scheme) {
    const std::string what = "people will wait, and few can log in at once: ";
    if (scheme.starts_with("bcrypt")) return what + "lower passwords.schemes[].cost";
    return what + "this machine is slow, or busy now; more or faster processors help, and passwords.hashing_threads says how many are used";
}

void PasswordCheck::run(Report& report) {
    constexpr double kQuick = 5;
    constexpr double kSlow = 1000;
    if (!hasher_.enabled()) return report.ok("switched off");
    for (const auto& [version, description, milliseconds] : hasher_.measure()) {
        const std::string what = "version " + std::to_string(version) + ": " + description + ": " + rounded(milliseconds) + " ms for each check";
        if (milliseconds < kQuick) report.warn(what, "that is little work for somebody who stole the database: add a scheme with a higher version and a higher cost");
        else if (milliseconds > kSlow) report.warn(what, cureOfSlowness(description));
        else report.ok(what);
    }
}

}  // namespace latchkey::passwords
