// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/steps/display_name_step.h"

#include "domain/store.h"
#include "plugins/account/text.h"

namespace latchkey::account {

namespace {

bool skips(const StepForm& form) { return form.get("action") == "skip"; }

std::string nameOf(const StepForm& form) { return trimmed(form.get("display_name").value_or("")); }

}  // namespace

StepVerdict DisplayNameStep::check(const StepVisit&, const StepForm& form) {
    const std::string name = nameOf(form);
    if (skips(form) || (!name.empty() && name.size() <= kLongestInput && !hasControl(name))) return {};
    return {StepVerdict::Kind::again, name.empty() ? "required" : "invalid", {}};
}

bool DisplayNameStep::complete(UnitOfWork& work, const StepVisit& visit, const StepForm& form) {
    return work.registrations().setDisplayName(visit.registration.id, skips(form) ? visit.registration.username : nameOf(form));
}

}  // namespace latchkey::account
