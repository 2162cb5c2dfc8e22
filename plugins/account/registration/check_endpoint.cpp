// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/check_endpoint.h"

#include "plugins/account/live_check.h"
#include "plugins/account/oauth/approval.h"
#include "plugins/account/text.h"
#include "plugins/account/violation_text.h"

#include <algorithm>

namespace latchkey::account {

http::Response RegistrationCheckEndpoint::post(const http::Request& request) {
    Visit visit(site_, request);
    if (!site_.settings.registration.enabled) throw http::HttpError(404, "Not Found", "registration is switched off");
    const http::Parameters form = visit.form();
    if (auto refusal = tooManyChecks(limiter_, request)) return std::move(*refusal);
    return verdict(visit, form.get("username").value_or(""));
}

http::Response RegistrationCheckEndpoint::verdict(Visit& visit, std::string_view username) const {
    const auto result = names_.check(trimmed(username), std::nullopt, requesterOf(visit.request()));
    const auto say = [&](const char* ok, const std::string& text) { return liveVerdict("username", ok, text); };
    const auto textAt = [&](const char* key) { return visit.text(std::string("register-errors.") + key); };
    switch (result.state) {
    case NameCheck::State::free: return say("true", textAt("username-free"));
    case NameCheck::State::missing: return say("false", textAt("username-missing"));
    case NameCheck::State::taken: return say("false", textAt("username-taken"));
    case NameCheck::State::unchecked: return say("null", "");
    case NameCheck::State::denied: break;
    }
    const auto violation = std::ranges::find(result.violations, std::optional<std::string>("username"), &PolicyViolation::field);
    return say("false", violation == result.violations.end() ? textAt("username-too-long") : textOf(visit, *violation));
}

}  // namespace latchkey::account
