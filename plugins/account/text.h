// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/text_lock.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace latchkey::account {

/// More of a field than this is never looked at or shown again.
inline constexpr std::size_t kLongestInput = 255;

/// Without the blanks around it.
inline std::string trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    return first == std::string_view::npos ? std::string() : std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

/// Control characters would be shown by nobody as they are.
inline bool hasControl(std::string_view text) {
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

}  // namespace latchkey::account
