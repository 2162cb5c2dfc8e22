// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"
#include "domain/user/registration_step.h"

namespace latchkey {
class Store;
}

namespace latchkey::account {

/// A registration token. It is counted when the account is made; one that is used up before has to be replaced.
class TokenStep final : public RegistrationStep {
public:
    TokenStep(Store& store, RateLimiter& limiter, bool required) : store_(store), limiter_(limiter), required_(required) {}

    std::string name() const override { return "token"; }
    int position() const override { return 100; }
    bool done(UnitOfWork& work, const UserRegistration& registration) override;
    StepPage page(const StepVisit& visit) override { return {.values = {{"spent", visit.registration.registrationTokenId.has_value()}}}; }
    StepVerdict check(const StepVisit& visit, const StepForm& form) override;
    bool complete(UnitOfWork& work, const StepVisit& visit, const StepForm& form) override;

private:
    Store& store_;
    RateLimiter& limiter_;
    const bool required_;
};

}  // namespace latchkey::account
