// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/uri.h"

#include <algorithm>

namespace latchkey::policy {

namespace {

bool isLower(char c) { return c >= 'a' && c <= 'z'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return isLower(c) || (c >= 'A' && c <= 'Z'); }
bool isPath(char c) { return isLetter(c) || isDigit(c) || std::string_view("/._~-").find(c) != std::string_view::npos; }
bool isScheme(char c) { return isLower(c) || isDigit(c) || c == '+' || c == '.' || c == '-'; }
bool isQuery(char c) { return c > 0x20 && c < 0x7f && c != '#'; }

// What of the front passes `test`; taken off `rest`.
template <typename Test>
std::string_view take(std::string_view& rest, Test&& test) {
    const auto end = std::find_if_not(rest.begin(), rest.end(), test);
    const std::string_view taken = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    rest.remove_prefix(taken.size());
    return taken;
}

bool skip(std::string_view& rest, std::string_view prefix) {
    if (!rest.starts_with(prefix)) return false;
    rest.remove_prefix(prefix.size());
    return true;
}

bool areLabels(std::string_view host) {
    while (true) {
        const std::string_view label = take(host, [](char c) { return isLower(c) || isDigit(c) || c == '-'; });
        if (label.empty() || label.front() == '-' || label.back() == '-') return false;
        if (host.empty()) return true;
        if (!skip(host, ".")) return false;
    }
}

// Host and port, behind `//`.
std::optional<std::string> authority(std::string_view& rest) {
    std::string_view host = "[::1]";
    if (!skip(rest, host)) {
        host = take(rest, [](char c) { return isLower(c) || isDigit(c) || c == '-' || c == '.'; });
        if (!areLabels(host)) return std::nullopt;
    }
    if (skip(rest, ":") && take(rest, isDigit).empty()) return std::nullopt;
    return std::string(host);
}

}  // namespace

std::optional<Uri> Uri::parse(std::string_view text) {
    Uri uri;
    uri.scheme = take(text, isScheme);
    if (uri.scheme.empty() || !isLower(uri.scheme.front()) || !skip(text, ":")) return std::nullopt;
    if (skip(text, "//")) {
        uri.host = authority(text);
        if (!uri.host) return std::nullopt;
    }
    if (text.starts_with('/')) take(text, isPath);
    if (skip(text, "?")) take(text, isQuery);
    if (!text.empty()) return std::nullopt;
    return uri;
}

bool isLoopback(std::string_view host) { return host == "localhost" || host == "127.0.0.1" || host == "[::1]"; }

bool isSecure(const Uri& uri) { return uri.scheme == "https" && uri.host && !isLoopback(*uri.host) && *uri.host != "0.0.0.0"; }

bool isUnder(std::string_view host, std::string_view parent) {
    if (!host.ends_with(parent)) return false;
    host.remove_suffix(parent.size());
    return host.empty() || host.back() == '.';
}

std::string reversedLabels(std::string_view host) {
    std::string reversed;
    while (true) {
        const auto dot = host.rfind('.');
        reversed += host.substr(dot == std::string_view::npos ? 0 : dot + 1);
        if (dot == std::string_view::npos) return reversed;
        reversed += '.';
        host = host.substr(0, dot);
    }
}

}  // namespace latchkey::policy
