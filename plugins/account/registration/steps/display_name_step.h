// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/registration_step.h"

namespace latchkey::account {

/// The name that others see; who skips it is called by the username.
class DisplayNameStep final : public RegistrationStep {
public:
    std::string name() const override { return "display-name"; }
    int position() const override { return 300; }
    bool done(UnitOfWork&, const UserRegistration& registration) override { return registration.displayName.has_value(); }
    StepPage page(const StepVisit& visit) override { return {.values = {{"username", visit.registration.username}}}; }
    StepVerdict check(const StepVisit& visit, const StepForm& form) override;
    bool complete(UnitOfWork& work, const StepVisit& visit, const StepForm& form) override;
};

}  // namespace latchkey::account
