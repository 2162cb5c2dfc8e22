// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/registration/captcha.h"
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
    OutgoingHttp* http;                    ///< needed with a captcha
    std::vector<RegistrationStep*> steps;  ///< those of plugins
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
    /// What the steps of plugins bring for the theme.
    static std::vector<Sample> samplesOf(const std::vector<RegistrationStep*>& steps);
    static std::vector<StepFile> filesOf(const std::vector<RegistrationStep*>& steps);

private:
    std::vector<RegistrationStep*> allSteps(const std::vector<RegistrationStep*>& others);

    NameCheck names_;
    Captcha captcha_;
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
