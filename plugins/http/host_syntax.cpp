// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/host_syntax.h"

#include "plugins/http/char_class.h"
#include "plugins/http/ip_address.h"

#include <algorithm>

namespace latchkey::http {

namespace {

// Empty is allowed: "example.com:" (RFC 3986 §3.2.3).
bool isPort(std::string_view text) noexcept {
    if (text.size() > 5 || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
    int value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return value <= 65535;
}

bool isBracketed(std::string_view text) noexcept {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view inside = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (inside.find(':') == std::string_view::npos || !IpAddress::parse(inside)) return false;
    return rest.empty() || (rest.front() == ':' && isPort(rest.substr(1)));
}

}  // namespace

bool isHost(std::string_view text) noexcept {
    if (text.empty() || text.size() > 300) return false;
    if (text.front() == '[') return isBracketed(text);
    const std::size_t colon = text.find(':');
    const std::string_view name = text.substr(0, colon);
    if (name.empty() || name.size() > 255 || !allOf(name, kRegName)) return false;
    return colon == std::string_view::npos || isPort(text.substr(colon + 1));
}

}  // namespace latchkey::http
