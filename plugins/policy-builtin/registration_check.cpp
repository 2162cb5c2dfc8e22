// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/checks.h"

#include <algorithm>

namespace latchkey::policy {

namespace {

constexpr std::size_t kLongestUserId = 255;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLocalpart(char c) { return (c >= 'a' && c <= 'z') || isDigit(c) || std::string_view(".=_/+-").find(c) != std::string_view::npos; }

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void checkUsername(const Rules& rules, const std::string& name, PolicyViolations& violations) {
    const auto refuse = [&](const char* message, const char* code) { violations.push_back(violation(message, code, "username")); };
    if (name.empty()) refuse("the username is too short", "username-too-short");
    if (characters("@" + name + ":" + rules.serverName) > kLongestUserId) refuse("the username is too long", "username-too-long");
    if (!name.empty() && std::all_of(name.begin(), name.end(), isDigit)) refuse("the username must not be a number", "username-all-numeric");
    if (name.empty() || !std::all_of(name.begin(), name.end(), isLocalpart)) {
        refuse("the username may hold a-z, 0-9 and . = _ / + - only", "username-invalid-chars");
    }
    if (rules.bannedUsernames.matches(name)) refuse("the username is not available", "username-banned");
    if (rules.allowedUsernames && !rules.allowedUsernames->matches(name)) refuse("the username is not allowed", "username-not-allowed");
}

// What follows the only `@`; an address with none or several has no domain.
std::optional<std::string_view> domainOf(std::string_view address) {
    const auto at = address.find('@');
    if (at == std::string_view::npos || address.find('@', at + 1) != std::string_view::npos) return std::nullopt;
    return address.substr(at + 1);
}

}  // namespace

PolicyViolations checkEmail(const Rules& rules, const std::string& address) {
    PolicyViolations violations;
    const auto refuse = [&](const char* message, const char* code) { violations.push_back(violation(message, code)); };
    const auto domain = domainOf(address);
    if (rules.allowedDomains && !(domain && rules.allowedDomains->matches(*domain))) refuse("the e-mail domain is not allowed", "email-domain-not-allowed");
    if (domain && rules.bannedDomains.matches(*domain)) refuse("the e-mail domain is banned", "email-domain-banned");
    if (rules.allowedAddresses && !rules.allowedAddresses->matches(address)) refuse("the e-mail address is not allowed", "email-not-allowed");
    if (rules.bannedAddresses.matches(address)) refuse("the e-mail address is not allowed", "email-banned");
    return violations;
}

PolicyViolations checkRegistration(const Rules& rules, const RegistrationRequest& request) {
    PolicyViolations violations;
    if (request.method != "password" && request.method != "upstream-oauth2") violations.push_back(violation("the way of registration is unknown"));
    checkUsername(rules, request.username, violations);
    if (request.email) {
        for (PolicyViolation& each : checkEmail(rules, *request.email)) {
            each.field = "email";
            violations.push_back(std::move(each));
        }
    }
    checkRequester(rules, request.requester, violations);
    return violations;
}

}  // namespace latchkey::policy
