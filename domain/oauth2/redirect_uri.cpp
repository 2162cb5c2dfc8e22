// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/redirect_uri.h"

#include <algorithm>

namespace latchkey {

namespace {

// "http://127.0.0.1:8080/cb" → "http://127.0.0.1/cb"; empty if it is no loopback URI.
std::string withoutLoopbackPort(std::string_view uri) {
    for (const std::string_view origin : {"http://localhost", "http://127.0.0.1", "http://[::1]"}) {
        if (!uri.starts_with(origin)) continue;
        std::string_view rest = uri.substr(origin.size());
        if (rest.starts_with(':')) {
            rest.remove_prefix(1);
            const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
            if (digits == 0 || digits > 5) return {};
            rest.remove_prefix(digits);
        }
        if (!rest.empty() && rest.front() != '/' && rest.front() != '?') return {};
        return std::string(origin).append(rest);
    }
    return {};
}

// RFC 3986 §6.2.3: "https://app.example?x" is "https://app.example/?x", and that is how registered ones are kept.
std::string withRootPath(std::string_view uri) {
    const std::size_t scheme = uri.starts_with("https://") ? 8 : uri.starts_with("http://") ? 7 : 0;
    const std::size_t end = std::min(uri.find_first_of("/?", scheme), uri.size());
    if (scheme == 0 || end == scheme || uri.substr(end).starts_with('/')) return std::string(uri);
    return std::string(uri.substr(0, end)).append("/").append(uri.substr(end));
}

}  // namespace

bool isRegisteredRedirectUri(std::string_view asked, const std::vector<std::string>& registered) {
    if (asked.find('#') != std::string_view::npos) return false;
    const std::string requested = withRootPath(asked);
    if (std::ranges::find(registered, requested) != registered.end()) return true;
    const std::string loopback = withoutLoopbackPort(requested);
    return !loopback.empty() && std::ranges::any_of(registered, [&](const std::string& each) { return withoutLoopbackPort(each) == loopback; });
}

}  // namespace latchkey
