// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/registration/check_endpoint.h"
#include "plugins/account/registration/finish_page.h"
#include "plugins/account/registration/form_page.h"
#include "plugins/account/registration/step_page.h"
#include "plugins/account/registration/steps/display_name_step.h"
#include "plugins/account/registration/steps/email_step.h"
#include "plugins/account/registration/steps/token_step.h"
#include "plugins/account/registration/steps/username_step.h"
#include "plugins/http/api/routes.h"

namespace latchkey::account {

/// What registering needs besides the site.
struct RegistrationServices {
    PasswordHasher& hasher;
    RateLimiter& limiter;
    Policy& policy;
    Homeserver* homeserver;                 ///< nullptr: names are free if nobody here has them
    std::vector<RegistrationStep*> steps;   ///< those of plugins
};

/// Everything below /register.
class RegistrationArea {
public:
    RegistrationArea(const Site& site, const RegistrationServices& services);
    RegistrationArea(const RegistrationArea&) = delete;
    RegistrationArea& operator=(const RegistrationArea&) = delete;

    void mount(http::Routes& routes);
    RegistrationFormPage& form() { return form_; }
    RegistrationCheckEndpoint& check() { return check_; }
    RegistrationStepPage& step() { return step_; }
    RegistrationFinishPage& finish() { return finish_; }

    /// Of the pages that are always there.
    static std::vector<Sample> samples();

private:
    std::vector<RegistrationStep*> allSteps(const std::vector<RegistrationStep*>& others);

    NameCheck names_;
    UsernameStep otherName_;
    TokenStep token_;
    EmailStep email_;
    DisplayNameStep displayName_;
    RegistrationFlow flow_;
    RegistrationFormPage form_;
    RegistrationCheckEndpoint check_;
    RegistrationStepPage step_;
    RegistrationFinishPage finish_;
};

}  // namespace latchkey::account
