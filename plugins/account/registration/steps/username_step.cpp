// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/steps/username_step.h"

#include "domain/store.h"
#include "plugins/account/live_check.h"
#include "plugins/account/text.h"

#include <algorithm>

namespace latchkey::account {

namespace {

std::string usernameOf(const StepForm& form) { return trimmed(form.get("username").value_or("")); }

// All codes that the built-in policy has for names have a text; another policy's may not.
std::string keyOf(const PolicyViolations& violations) {
    constexpr std::string_view kKnown[] = {"username-too-short", "username-too-long", "username-all-numeric", "username-invalid-chars", "username-banned"};
    for (const PolicyViolation& each : violations) {
        if (each.code && std::ranges::find(kKnown, *each.code) != std::end(kKnown)) return "register-errors." + *each.code;
    }
    return "register-errors.username-not-allowed";
}

}  // namespace

StepVerdict UsernameStep::check(const StepVisit& visit, const StepForm& form) {
    const auto again = [](const std::string& key) { return StepVerdict{StepVerdict::Kind::again, key, {}}; };
    if (checksTooOften(limiter_, visit.ipAddress)) return again("register-errors.rate-limited");
    const auto result = names_.check(usernameOf(form), std::nullopt, {visit.ipAddress, visit.userAgent});
    switch (result.state) {
    case NameCheck::State::missing: return again("register-errors.username-missing");
    case NameCheck::State::taken: return again("register-errors.username-taken");
    case NameCheck::State::denied: return again(keyOf(result.violations));
    case NameCheck::State::unchecked: return again("register-errors.unchecked");
    case NameCheck::State::free: break;
    }
    return {};
}

bool UsernameStep::complete(UnitOfWork& work, const StepVisit& visit, const StepForm& form) { return work.registrations().setUsername(visit.registration.id, usernameOf(form)); }

}  // namespace latchkey::account
