// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/password_hasher.h"
#include "domain/rate_limiter.h"
#include "plugins/account/registration/captcha.h"
#include "plugins/account/registration/flow.h"
#include "plugins/account/registration/name_check.h"

namespace latchkey::account {

/// GET /register, and GET and POST /register/password: the form that a registration begins with.
class RegistrationFormPage {
public:
    RegistrationFormPage(const Site& site, const RegistrationFlow& flow, const NameCheck& names, const Captcha& captcha, PasswordHasher& hasher, RateLimiter& limiter)
        : site_(site), flow_(flow), names_(names), captcha_(captcha), hasher_(hasher), limiter_(limiter) {}

    http::Response entry(const http::Request& request);
    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);

    static std::vector<Sample> samples();

private:
    struct Input {
        std::string username;
        std::string email;
        std::string password;
        std::string confirmation;
        bool terms = false;
    };
    /// What is wrong, in the person's language.
    struct Errors {
        std::optional<std::string> username, email, password, confirmation, terms;
        std::optional<std::string> strength;  ///< of a password that is too weak: 0 to 4
        std::vector<std::string> form;
        int status = 200;
        bool any() const { return username || email || password || confirmation || terms || !form.empty(); }
    };

    Input read(const http::Parameters& form) const;
    Errors judge(Visit& visit, const Input& input, const http::Parameters& form) const;
    void judgeName(Visit& visit, const Input& input, Errors& errors) const;
    void judgePassword(Visit& visit, const Input& input, Errors& errors) const;
    void judgeCaptcha(Visit& visit, const http::Parameters& form, Errors& errors) const;
    bool limited(const Visit& visit, const Input& input) const;
    http::Response begin(Visit& visit, const Input& input, const std::optional<PostAuthAction>& next) const;
    http::Response show(Visit& visit, const std::optional<PostAuthAction>& next, const Input& input, const Errors& errors) const;
    http::Response disabled(Visit& visit, int status) const;
    static View view(const Settings& settings, const Input& input, const Errors& errors, const std::string& action, const std::string& loginUrl);

    const Site& site_;
    const RegistrationFlow& flow_;
    const NameCheck& names_;
    const Captcha& captcha_;
    PasswordHasher& hasher_;
    RateLimiter& limiter_;
};

}  // namespace latchkey::account
