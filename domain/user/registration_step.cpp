// SPDX-License-Identifier: Apache-2.0
#include "domain/user/registration_step.h"

#include "domain/store.h"

namespace latchkey {

StepForm::~StepForm() = default;
RegistrationStep::~RegistrationStep() = default;

bool RegistrationStep::done(UnitOfWork& work, const UserRegistration& registration) { return work.registrations().hasTakenStep(registration.id, name()); }

bool RegistrationStep::complete(UnitOfWork& work, const StepVisit& visit, const StepForm&) {
    return work.registrations().takeStep(visit.registration.id, name(), visit.now);
}

}  // namespace latchkey
