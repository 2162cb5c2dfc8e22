// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/scope.h"

#include <algorithm>
#include <utility>

namespace latchkey {

namespace {

// RFC 6749 §3.3, without the two characters that the reference refuses as well.
bool tokenCharacter(char c) { return c == '!' || (c >= '#' && c <= 'Z') || (c >= ']' && c <= '}'); }

bool wellFormed(std::string_view token) { return !token.empty() && std::all_of(token.begin(), token.end(), tokenCharacter); }

constexpr std::size_t kMostBytes = 4096;

}  // namespace

Scope::Scope(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {
    std::sort(tokens_.begin(), tokens_.end());
    tokens_.erase(std::unique(tokens_.begin(), tokens_.end()), tokens_.end());
}

std::optional<Scope> Scope::parse(std::string_view text) {
    if (text.size() > kMostBytes) return std::nullopt;
    std::vector<std::string> tokens;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (!wellFormed(text.substr(at, end - at))) return std::nullopt;
        tokens.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return Scope(std::move(tokens));
}

bool Scope::contains(std::string_view token) const noexcept { return std::binary_search(tokens_.begin(), tokens_.end(), token); }

bool Scope::covers(const Scope& other) const noexcept {
    return std::includes(tokens_.begin(), tokens_.end(), other.tokens_.begin(), other.tokens_.end());
}

std::string Scope::text() const {
    std::string joined;
    for (const std::string& each : tokens_) joined += (joined.empty() ? "" : " ") + each;
    return joined;
}

std::vector<std::string> Scope::deviceIds() const {
    std::vector<std::string> ids;
    for (const std::string_view each : tokens_) {
        for (const std::string_view prefix : {kScopeDeviceStable, kScopeDeviceUnstable}) {
            if (each.starts_with(prefix)) ids.emplace_back(each.substr(prefix.size()));
        }
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

Scope Scope::normalized() const {
    std::vector<std::string> tokens = tokens_;
    if (contains(kScopeApiStable) || contains(kScopeApiUnstable)) tokens.insert(tokens.end(), {std::string(kScopeApiStable), std::string(kScopeApiUnstable)});
    for (const std::string& id : deviceIds()) tokens.insert(tokens.end(), {std::string(kScopeDeviceStable) + id, std::string(kScopeDeviceUnstable) + id});
    return Scope(std::move(tokens));
}

}  // namespace latchkey
