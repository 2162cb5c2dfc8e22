// SPDX-License-Identifier: Apache-2.0
#pragma once

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

/// ASCII letters in lower case: the key of an address in limits.
inline std::string lowered(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return text;
}

/// Control characters would be shown by nobody as they are.
inline bool hasControl(std::string_view text) {
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

}  // namespace latchkey::account
