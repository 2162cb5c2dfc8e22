// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/complete_registration.h"
#include "plugins/account/registration/flow.h"
#include "plugins/account/registration/name_check.h"

namespace latchkey::account {

/// GET /register/steps/{id}/finish: to the step that waits, or the account is made and its person logged in.
class RegistrationFinishPage {
public:
    RegistrationFinishPage(const Site& site, const RegistrationFlow& flow, const NameCheck& names, RegistrationStep& otherName)
        : site_(site), flow_(flow), names_(names), otherName_(otherName) {}

    http::Response get(const http::Request& request);
    static std::vector<Sample> samples();

private:
    http::Response complete(Visit& visit, const UserRegistration& registration);
    http::Response answer(Visit& visit, const UserRegistration& registration, const RegistrationCompletion& made);
    http::Response toOtherName(Visit& visit, const UserRegistration& registration) const;

    const Site& site_;
    const RegistrationFlow& flow_;
    const NameCheck& names_;
    RegistrationStep& otherName_;
};

}  // namespace latchkey::account
