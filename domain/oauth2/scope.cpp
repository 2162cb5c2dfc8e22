// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/scope.h"

#include <algorithm>
#include <functional>

namespace latchkey {

namespace {

constexpr std::size_t kLongest = 4096;

// The reference's grammar: RFC 6749 §3.3 would allow `[` and `~`, too.
bool isTokenCharacter(char c) { return c == '!' || (c >= '#' && c <= 'Z') || (c >= ']' && c <= '}'); }

bool isToken(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), isTokenCharacter); }

std::optional<std::string_view> deviceId(std::string_view token) {
    for (const std::string_view prefix : {kScopeDeviceStable, kScopeDeviceUnstable}) {
        if (token.size() > prefix.size() && token.starts_with(prefix)) return token.substr(prefix.size());
    }
    return std::nullopt;
}

}  // namespace

Scope::Scope(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {
    std::sort(tokens_.begin(), tokens_.end());
    tokens_.erase(std::unique(tokens_.begin(), tokens_.end()), tokens_.end());
}

std::optional<Scope> Scope::parse(std::string_view text) {
    if (text.size() > kLongest) return std::nullopt;
    std::vector<std::string> tokens;
    for (bool more = true; more;) {
        const std::size_t blank = text.find(' ');
        more = blank != std::string_view::npos;
        const std::string_view token = text.substr(0, blank);
        if (!isToken(token)) return std::nullopt;
        tokens.emplace_back(token);
        if (more) text.remove_prefix(blank + 1);
    }
    return Scope(std::move(tokens));
}

bool Scope::contains(std::string_view token) const noexcept { return std::binary_search(tokens_.begin(), tokens_.end(), token, std::less<>{}); }

bool Scope::covers(const Scope& other) const noexcept {
    return std::includes(tokens_.begin(), tokens_.end(), other.tokens_.begin(), other.tokens_.end());
}

std::string Scope::text() const {
    std::string joined;
    for (const std::string& token : tokens_) {
        if (!joined.empty()) joined += ' ';
        joined += token;
    }
    return joined;
}

Scope Scope::withoutAdmin() const {
    Scope rest = *this;
    std::erase_if(rest.tokens_, [](const std::string& token) { return token == kScopeAdmin || token == kScopeSynapseAdmin; });
    return rest;
}

std::vector<std::string> Scope::deviceIds() const {
    std::vector<std::string> ids;
    for (const std::string& token : tokens_) {
        if (const auto id = deviceId(token)) ids.emplace_back(*id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

Scope Scope::normalized() const {
    std::vector<std::string> all = tokens_;
    if (contains(kScopeApiStable) || contains(kScopeApiUnstable)) {
        for (const std::string_view api : {kScopeApiStable, kScopeApiUnstable}) all.emplace_back(api);
    }
    for (const std::string& id : deviceIds()) {
        for (const std::string_view prefix : {kScopeDeviceStable, kScopeDeviceUnstable}) all.push_back(std::string(prefix) + id);
    }
    return Scope(std::move(all));
}

}  // namespace latchkey
