// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/area.h"

#include "domain/store.h"

namespace latchkey::account {

RegistrationArea::RegistrationArea(const Site& site, const RegistrationServices& services)
    : names_(site.store, services.policy, site.homeserver),
      captcha_(site.settings, services.http),
      otherName_(names_, services.limiter),
      token_(site.store, services.limiter, site.settings.registration.tokenRequired),
      email_(site.store, services.limiter),
      flow_(site, allSteps(services.steps)),
      form_(site, flow_, names_, captcha_, services.hasher, services.limiter),
      check_(site, names_, services.limiter),
      step_(site, flow_, otherName_),
      finish_(site, flow_, names_, otherName_) {}

std::vector<RegistrationStep*> RegistrationArea::allSteps(const std::vector<RegistrationStep*>& others) {
    std::vector<RegistrationStep*> all{&token_, &email_, &displayName_};
    all.insert(all.end(), others.begin(), others.end());
    return all;
}

void RegistrationArea::mount(http::Routes& routes) {
    const http::RouteOptions form{.bodyLimit = 64 * 1024};
    routes.get("/register", [this](const http::Request& request) { return form_.entry(request); });
    routes.get("/register/password", [this](const http::Request& request) { return form_.get(request); });
    routes.post("/register/password", [this](const http::Request& request) { return form_.post(request); }, form);
    routes.post("/register/check", [this](const http::Request& request) { return check_.post(request); }, form);
    routes.get("/register/steps/{id}/finish", [this](const http::Request& request) { return finish_.get(request); });
    routes.get("/register/steps/{id}/{step}", [this](const http::Request& request) { return step_.get(request); });
    routes.post("/register/steps/{id}/{step}", [this](const http::Request& request) { return step_.post(request); }, form);
}

std::vector<Sample> RegistrationArea::samples() {
    const StepValues alice{{"username", "alice"}};
    std::vector<Sample> all = RegistrationFlow::samples();
    for (const auto& more : {RegistrationFormPage::samples(), RegistrationFinishPage::samples(), RegistrationStepPage::samplesOf("username", {alice}),
                             RegistrationStepPage::samplesOf("display-name", {alice}), RegistrationStepPage::samplesOf("token", {{{"spent", false}}, {{"spent", true}}}),
                             RegistrationStepPage::samplesOf("verify-email", {{{"email", "alice@example.com"}}})}) {
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

std::vector<Sample> RegistrationArea::samplesOf(const std::vector<RegistrationStep*>& steps) {
    std::vector<Sample> all;
    for (const RegistrationStep* step : steps) {
        const auto more = RegistrationStepPage::samplesOf(step->name(), step->samples());
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

std::vector<StepFile> RegistrationArea::filesOf(const std::vector<RegistrationStep*>& steps) {
    std::vector<StepFile> all;
    for (const RegistrationStep* step : steps) {
        for (StepFile& file : step->files()) all.push_back(std::move(file));
    }
    return all;
}

}  // namespace latchkey::account
