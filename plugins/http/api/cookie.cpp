// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/api/cookie.h"

#include <ctime>
#include <string_view>

namespace latchkey::http {

namespace {

bool staysAsItIs(char c) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return alphanumeric || std::string_view("-_.~!$&'*+").find(c) != std::string_view::npos;
}

std::string percentEncode(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size() + 8);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (staysAsItIs(c)) out += c;
        else out.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
    return out;
}

std::string httpDate(std::int64_t seconds) {
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t time = seconds;
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char rest[24];
    std::strftime(rest, sizeof rest, " %Y %H:%M:%S GMT", &parts);
    const std::string day = std::to_string(100 + parts.tm_mday).substr(1);
    return std::string(kDays[parts.tm_wday]) + ", " + day + " " + kMonths[parts.tm_mon] + rest;
}

}  // namespace

std::string Cookie::field(std::int64_t nowSeconds) const {
    std::string out = name + "=" + percentEncode(value) + "; HttpOnly; SameSite=Lax; Path=" + path;
    if (secure) out += "; Secure";
    if (maxAgeSeconds) out += "; Max-Age=" + std::to_string(*maxAgeSeconds) + "; Expires=" + httpDate(nowSeconds + *maxAgeSeconds);
    return out;
}

}  // namespace latchkey::http
