// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/steps/token_step.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "domain/user/registration_token.h"
#include "plugins/account/text.h"

namespace latchkey::account {

namespace {

std::string tokenOf(const StepForm& form) { return trimmed(form.get("token").value_or("").substr(0, kLongestInput + 1)); }

}  // namespace

bool TokenStep::done(UnitOfWork& work, const UserRegistration& registration) {
    if (!registration.registrationTokenId) return !required_;
    return work.registrationTokens().usable(*registration.registrationTokenId, currentTime());
}

StepVerdict TokenStep::check(const StepVisit& visit, const StepForm& form) {
    const std::string token = tokenOf(form);
    if (token.empty()) return {StepVerdict::Kind::again, "required", {}};
    if (limiter_.take(RateLimiter::Bucket::registrationTokenPerIp, visit.ipAddress.value_or("unknown"))) return {StepVerdict::Kind::again, "register-errors.rate-limited", {}};
    if (!store_.reading()->registrationTokens().findUsable(token, visit.now)) return {StepVerdict::Kind::again, "invalid", {}};
    return {};
}

bool TokenStep::complete(UnitOfWork& work, const StepVisit& visit, const StepForm& form) {
    const auto token = work.registrationTokens().findUsable(tokenOf(form), visit.now);
    return token && work.registrations().setRegistrationToken(visit.registration.id, token->id);
}

}  // namespace latchkey::account
