// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"
#include "domain/user/registration_step.h"
#include "plugins/account/registration/name_check.h"

namespace latchkey::account {

/// Another name, where somebody else took the first one meanwhile. All the rest stays.
class UsernameStep final : public RegistrationStep {
public:
    UsernameStep(const NameCheck& names, RateLimiter& limiter) : names_(names), limiter_(limiter) {}

    std::string name() const override { return "username"; }
    int position() const override { return 0; }
    StepPage page(const StepVisit& visit) override { return {.values = {{"username", visit.registration.username}}}; }
    StepVerdict check(const StepVisit& visit, const StepForm& form) override;
    bool complete(UnitOfWork& work, const StepVisit& visit, const StepForm& form) override;

private:
    const NameCheck& names_;
    RateLimiter& limiter_;
};

}  // namespace latchkey::account
