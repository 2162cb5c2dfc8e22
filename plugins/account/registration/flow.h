// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/registration_step.h"
#include "plugins/account/post_auth_action.h"
#include "plugins/account/registration/cookie.h"
#include "plugins/account/visit.h"

#include <vector>

namespace latchkey::account {

/// Where somebody who registers stands. All of it is in the database: steps can be left, taken up again, and taken in several tabs.
class RegistrationFlow {
public:
    /// `steps` in any order; they outlive this.
    RegistrationFlow(const Site& site, std::vector<RegistrationStep*> steps);

    /// A registration in progress that this browser began within the hour, or the answer for what is none.
    struct Found {
        std::optional<UserRegistration> registration;
        std::optional<http::Response> answer;
    };
    Found find(Visit& visit, std::string_view id) const;

    /// The first step that is not done; nullptr: it can be completed.
    RegistrationStep* next(UnitOfWork& work, const UserRegistration& registration) const;
    const std::vector<RegistrationStep*>& steps() const { return steps_; }

    /// Has the code mailed if the step that was just taken, or the form, was the last before that.
    void mailIfDue(UnitOfWork& work, const Ulid& registrationId, int position, const std::string& language, Instant now) const;

    http::Response toFinish(Visit& visit, const Ulid& id) const { return visit.redirect(pathOf(id, "finish")); }
    static std::string pathOf(const Ulid& id, const std::string& step) { return "/register/steps/" + id.text() + "/" + step; }
    static std::optional<PostAuthAction> nextOf(const UserRegistration& registration);
    /// Where to register from the beginning, with what was to follow.
    std::string beginning(const std::optional<PostAuthAction>& next) const;

    RegistrationCookie cookie(const Visit& visit, Instant now) const { return {CookieJar(site_.encrypter, site_.settings), visit.request(), now}; }
    /// Lets forms lead on to the app that waits for the log-in.
    void leadOn(Visit& visit, const std::optional<PostAuthAction>& next) const;

    static std::vector<Sample> samples();

private:
    http::Response over(Visit& visit, int status, const std::optional<PostAuthAction>& next) const;
    const Site& site_;
    std::vector<RegistrationStep*> steps_;
};

}  // namespace latchkey::account
