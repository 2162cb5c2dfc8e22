// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// Whether one more mail to this address may be asked for from there.
bool recoveryAllowed(RateLimiter& limiter, const http::Request& request, const std::string& email);

/// GET and POST /recover. Nobody is looked up here: who has the address finds out from the mail, and nobody else does.
class RecoveryStartPage {
public:
    RecoveryStartPage(const Site& site, RateLimiter& limiter) : site_(site), limiter_(limiter) {}

    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);

    static std::vector<Sample> samples();

private:
    /// What the page shows besides what was typed.
    struct Form {
        std::string email = {};
        bool invalid = false;
        bool rateLimited = false;
    };
    static View view(const Settings& settings, const Form& form);

    http::Response show(Visit& visit, const Form& form) const;
    http::Response begin(Visit& visit, const std::string& email) const;

    const Site& site_;
    RateLimiter& limiter_;
};

}  // namespace latchkey::account
