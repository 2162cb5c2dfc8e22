// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/registration/flow.h"

namespace latchkey::account {

/// GET and POST /register/steps/{id}/{step}: the steps, whoever brings them.
class RegistrationStepPage {
public:
    /// `detour`: a step that is only taken where /finish leads to it.
    RegistrationStepPage(const Site& site, const RegistrationFlow& flow, RegistrationStep& detour) : site_(site), flow_(flow), detour_(detour) {}

    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);

    /// The page of a step in each of these shapes, with an error and with a notice.
    static std::vector<Sample> samplesOf(const std::string& step, const std::vector<StepValues>& shapes);

private:
    RegistrationStep* find(std::string_view name) const;
    bool isNext(RegistrationStep& step, const UserRegistration& registration) const;
    bool complete(Visit& visit, RegistrationStep& step, const StepVisit& at, const StepForm& form) const;
    http::Response show(Visit& visit, RegistrationStep& step, const StepVisit& at, const StepVerdict& verdict) const;

    const Site& site_;
    const RegistrationFlow& flow_;
    RegistrationStep& detour_;
};

}  // namespace latchkey::account
