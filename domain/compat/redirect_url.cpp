// SPDX-License-Identifier: Apache-2.0
#include "domain/compat/redirect_url.h"

#include <algorithm>

namespace latchkey {

namespace {

constexpr std::size_t kLongest = 2048;
constexpr std::string_view kRunning[] = {"javascript", "data", "vbscript", "blob", "about", "file", "view-source", "filesystem"};

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isSchemeCharacter(char c) { return isLetter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'; }
bool isUrlCharacter(char c) { return c > ' ' && c < 0x7f && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos; }

std::string schemeOf(std::string_view url) {
    std::string scheme(url.substr(0, url.find(':')));
    const bool fine = scheme.size() < url.size() && !scheme.empty() && isLetter(scheme.front()) && std::ranges::all_of(scheme, isSchemeCharacter);
    if (!fine) return {};
    std::ranges::transform(scheme, scheme.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return scheme;
}

}  // namespace

bool isRedirectUrl(std::string_view url) {
    if (url.size() > kLongest || !std::ranges::all_of(url, isUrlCharacter)) return false;
    const std::string scheme = schemeOf(url);
    if (scheme.empty() || std::ranges::find(kRunning, scheme) != std::end(kRunning)) return false;
    const std::string_view rest = url.substr(scheme.size() + 1);
    const bool web = scheme == "http" || scheme == "https";
    if (!rest.starts_with("//")) return !web;
    const std::string_view authority = rest.substr(2, rest.find_first_of("/?#", 2) - 2);
    if (authority.find('@') != std::string_view::npos) return false;
    return !web || (!authority.empty() && authority.front() != ':');
}

std::string withLoginToken(std::string_view url, std::string_view token) {
    const std::size_t end = std::min(url.find('#'), url.size());
    std::string location(url.substr(0, end));
    if (location.find('?') == std::string::npos) location += '?';
    else if (!location.ends_with('?') && !location.ends_with('&')) location += '&';
    return location.append("loginToken=").append(token).append(url.substr(end));
}

}  // namespace latchkey
