// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/password_hasher.h"
#include "domain/rate_limiter.h"
#include "plugins/account/registration/name_check.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// POST /register/check: what the form's script asks while somebody types, by the rules that the form itself is judged by. Takes
/// `username`, `password` or both, and the form's token; answers JSON with texts in the person's language.
class RegistrationCheckEndpoint {
public:
    RegistrationCheckEndpoint(const Site& site, const NameCheck& names, PasswordHasher& hasher, RateLimiter& limiter)
        : site_(site), names_(names), hasher_(hasher), limiter_(limiter) {}

    http::Response post(const http::Request& request);

private:
    std::string nameVerdict(Visit& visit, std::string_view username) const;
    std::string passwordVerdict(const Visit& visit, std::string_view password) const;

    const Site& site_;
    const NameCheck& names_;
    PasswordHasher& hasher_;
    RateLimiter& limiter_;
};

}  // namespace latchkey::account
