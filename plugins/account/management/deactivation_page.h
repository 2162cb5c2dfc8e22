// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/management/confirmation.h"

namespace latchkey::account {

/// GET and POST /account/deactivate: for ever; with the password, whenever it was typed last, and the name typed once more.
class DeactivationPage {
public:
    DeactivationPage(const Site& site, PasswordHasher& hasher, RateLimiter& limiter)
        : site_(site), hasher_(hasher), verifier_(site.store, hasher, limiter, {site.settings.serverName, false}), confirmation_(site, hasher, limiter) {}
    http::Response get(const http::Request& request) { return walk(request); }
    http::Response post(const http::Request& request) { return walk(request); }
    static std::vector<Sample> samples();

private:
    struct Form {
        Confirmation::State state;
        bool mistyped = false;
        bool erase = false;
    };
    http::Response walk(const http::Request& request);
    Confirmation::State needed(AccountVisit& visit) const;
    http::Response decide(AccountVisit& visit, Form form) const;
    http::Response deactivate(AccountVisit& visit, PasswordAttempt* attempt, Form form) const;
    http::Response show(AccountVisit& visit, const Form& form) const;
    static View view(bool allowed, const std::string& username, const Form& form);

    const Site& site_;
    PasswordHasher& hasher_;
    PasswordVerifier verifier_;
    Confirmation confirmation_;
};

}  // namespace latchkey::account
