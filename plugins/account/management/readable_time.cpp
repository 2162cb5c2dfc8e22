// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/readable_time.h"

#include <array>
#include <ctime>

namespace latchkey::account {

std::string readableTime(Instant at) {
    const std::time_t seconds = static_cast<std::time_t>(at.us / 1'000'000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts)};
}

std::optional<std::string> readableTime(const std::optional<Instant>& at) { return at ? std::optional(readableTime(*at)) : std::nullopt; }

}  // namespace latchkey::account
