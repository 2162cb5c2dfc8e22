// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"
#include "plugins/account/registration/name_check.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// POST /register/check: whether a name is free that somebody types, by the rules that the form itself is judged by. Takes `username`
/// and the form's token; answers JSON with a text in the person's language.
class RegistrationCheckEndpoint {
public:
    RegistrationCheckEndpoint(const Site& site, const NameCheck& names, RateLimiter& limiter) : site_(site), names_(names), limiter_(limiter) {}

    http::Response post(const http::Request& request);

private:
    http::Response verdict(Visit& visit, std::string_view username) const;

    const Site& site_;
    const NameCheck& names_;
    RateLimiter& limiter_;
};

}  // namespace latchkey::account
