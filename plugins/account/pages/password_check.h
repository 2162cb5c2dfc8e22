// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/password_hasher.h"
#include "domain/rate_limiter.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// POST /password/check: how strong a password is that somebody types where a new one is chosen, by the rules that the form itself is
/// judged by. Takes `password` and the form's token; answers JSON with a text in the person's language.
class PasswordCheck {
public:
    static constexpr const char* kPath = "/password/check";

    PasswordCheck(const Site& site, PasswordHasher& hasher, RateLimiter& limiter) : site_(site), hasher_(hasher), limiter_(limiter) {}
    http::Response post(const http::Request& request);

private:
    const Site& site_;
    PasswordHasher& hasher_;
    RateLimiter& limiter_;
};

}  // namespace latchkey::account
