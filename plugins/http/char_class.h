// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace latchkey::http {

/// Character classes of RFC 9110 as one table look-up.
enum CharClass : unsigned char { kToken = 1, kField = 2, kTarget = 4, kRegName = 8 };

constexpr std::array<unsigned char, 256> makeCharClasses() {
    std::array<unsigned char, 256> table{};
    for (int c = 0; c < 256; ++c) {
        unsigned char bits = 0;
        const bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        const auto in = [c](std::string_view set) { return c < 128 && set.find(static_cast<char>(c)) != std::string_view::npos; };
        if (alnum || (c > 0 && in("!#$%&'*+-.^_`|~"))) bits |= kToken;
        if (c == '\t' || (c >= 0x20 && c != 0x7F)) bits |= kField;
        if (c > 0x20 && c < 0x7F && c != '#') bits |= kTarget;
        if (alnum || (c > 0 && in("-._~!$&'()*+,;=%"))) bits |= kRegName;
        table[static_cast<std::size_t>(c)] = bits;
    }
    return table;
}

inline constexpr std::array<unsigned char, 256> kCharClasses = makeCharClasses();

inline bool allOf(std::string_view text, CharClass kind) noexcept {
    for (const char c : text) {
        if ((kCharClasses[static_cast<unsigned char>(c)] & kind) == 0) return false;
    }
    return true;
}

}  // namespace latchkey::http
