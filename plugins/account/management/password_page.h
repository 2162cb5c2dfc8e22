// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/verify_password.h"
#include "plugins/account/management/account_visit.h"

namespace latchkey::account {

/// GET and POST /account/password/change. The current password is always asked for.
class PasswordPage {
public:
    PasswordPage(const Site& site, PasswordHasher& hasher, RateLimiter& limiter)
        : site_(site), hasher_(hasher), verifier_(site.store, hasher, limiter, {site.settings.serverName, false}) {}
    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);
    static std::vector<Sample> samples();

private:
    struct Problems {
        bool wrong = false;
        bool rateLimited = false;
        bool missing = false;
        bool different = false;
        bool weak = false;
        int strength = 0;  ///< of the new one, if it is weak: 0 to 4
        bool any() const { return wrong || rateLimited || missing || different || weak; }
    };
    bool possible(const User& user) const;
    Problems problemsOf(const http::Parameters& form) const;
    Problems change(AccountVisit& visit) const;
    bool store(AccountVisit& visit, PasswordAttempt& attempt, const PasswordHasher::Hash& hash) const;
    http::Response show(AccountVisit& visit, const Problems& problems) const;
    static View view(bool possible, const Problems& problems);

    const Site& site_;
    PasswordHasher& hasher_;
    PasswordVerifier verifier_;
};

}  // namespace latchkey::account
