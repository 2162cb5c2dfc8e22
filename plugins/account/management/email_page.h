// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/email_authentication.h"
#include "domain/user/user_email.h"
#include "plugins/account/management/confirmation.h"

namespace latchkey::account {

/// GET and POST /account/emails/{id}/verify: takes the code that was mailed, or has another one mailed.
class EmailCodePage {
public:
    EmailCodePage(const Site& site, RateLimiter& limiter) : site_(site), limiter_(limiter) {}
    http::Response get(const http::Request& request) { return walk(request); }
    http::Response post(const http::Request& request) { return walk(request); }
    static std::vector<Sample> samples();

private:
    struct Form {
        bool invalid = false;
        bool expired = false;
        bool tooOften = false;
        bool sent = false;
    };
    http::Response walk(const http::Request& request);
    http::Response resend(AccountVisit& visit, const EmailAuthentication& authentication) const;
    http::Response verify(AccountVisit& visit, const EmailAuthentication& authentication) const;
    http::Response add(AccountVisit& visit, const EmailAuthentication& authentication) const;
    http::Response show(AccountVisit& visit, const EmailAuthentication& authentication, const Form& form) const;
    static View view(const EmailAuthentication& authentication, const Form& form);

    const Site& site_;
    RateLimiter& limiter_;
};

/// GET and POST /account/emails/{id}/remove.
class EmailRemovalPage {
public:
    EmailRemovalPage(const Site& site, const Confirmation& confirmation) : site_(site), confirmation_(confirmation) {}
    http::Response get(const http::Request& request) { return walk(request); }
    http::Response post(const http::Request& request) { return walk(request); }
    static std::vector<Sample> samples();

private:
    http::Response walk(const http::Request& request);
    http::Response remove(AccountVisit& visit, const UserEmail& email) const;

    const Site& site_;
    const Confirmation& confirmation_;
};

}  // namespace latchkey::account
