// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/check_endpoint.h"

#include "plugins/account/oauth/approval.h"
#include "plugins/account/registration/form_page.h"
#include "plugins/account/text.h"

#include <Poco/JSONString.h>

#include <algorithm>

namespace latchkey::account {

namespace {

std::string verdict(const char* ok, const std::string& text, const std::string& more = {}) {
    return std::string("{\"ok\":") + ok + more + ",\"text\":" + Poco::toJSON(text, true) + "}";
}

}  // namespace

http::Response RegistrationCheckEndpoint::post(const http::Request& request) {
    Visit visit(site_, request);
    if (!site_.settings.registration.enabled) throw http::HttpError(404, "Not Found", "registration is switched off");
    const http::Parameters form = visit.form();
    if (limiter_.take(RateLimiter::Bucket::registrationCheckPerIp, request.clientIp.value_or("unknown"))) {
        return http::json(429, "{\"error\":\"rate_limited\"}").noStore();
    }
    std::string members;
    if (const auto username = form.get("username")) members = "\"username\":" + nameVerdict(visit, *username);
    if (const auto password = form.get("password")) members += (members.empty() ? "\"password\":" : ",\"password\":") + passwordVerdict(visit, *password);
    return http::json(200, "{" + members + "}").noStore();
}

// `ok` is null where nobody knows.
std::string RegistrationCheckEndpoint::nameVerdict(Visit& visit, std::string_view username) const {
    const auto result = names_.check(trimmed(username), std::nullopt, requesterOf(visit.request()));
    const auto say = [&](const char* ok, const char* key) { return verdict(ok, visit.text(std::string("register-errors.") + key)); };
    switch (result.state) {
    case NameCheck::State::free: return say("true", "username-free");
    case NameCheck::State::missing: return say("false", "username-missing");
    case NameCheck::State::taken: return say("false", "username-taken");
    case NameCheck::State::unchecked: return verdict("null", "");
    case NameCheck::State::denied: break;
    }
    const auto violation = std::ranges::find(result.violations, std::optional<std::string>("username"), &PolicyViolation::field);
    return violation == result.violations.end() ? say("false", "username-too-long") : verdict("false", textOf(visit, *violation));
}

std::string RegistrationCheckEndpoint::passwordVerdict(const Visit& visit, std::string_view password) const {
    const int score = hasher_.strength(password);
    const bool enough = hasher_.complexEnough(password);
    const std::string key = enough ? "strength-" + std::to_string(std::max(score, 2)) : "password-weak";
    return verdict(enough ? "true" : "false", visit.text("register-errors." + key), ",\"score\":" + std::to_string(score));
}

}  // namespace latchkey::account
