// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"
#include "domain/user/registration_step.h"

namespace latchkey {
class Store;
struct EmailAuthentication;
}  // namespace latchkey

namespace latchkey::account {

/// The code that was mailed to the address. It can be sent again, within limits.
class EmailStep final : public RegistrationStep {
public:
    EmailStep(Store& store, RateLimiter& limiter) : store_(store), limiter_(limiter) {}

    std::string name() const override { return "verify-email"; }
    int position() const override { return kBeforeMail; }
    bool done(UnitOfWork& work, const UserRegistration& registration) override;
    StepPage page(const StepVisit& visit) override;
    StepVerdict check(const StepVisit& visit, const StepForm& form) override;
    bool complete(UnitOfWork& work, const StepVisit& visit, const StepForm& form) override;

private:
    EmailAuthentication authentication(const StepVisit& visit) const;
    StepVerdict sendAgain(const StepVisit& visit, const EmailAuthentication& authentication) const;

    Store& store_;
    RateLimiter& limiter_;
};

}  // namespace latchkey::account
