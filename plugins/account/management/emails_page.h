// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/policy/policy.h"
#include "domain/user/user_email.h"
#include "plugins/account/management/confirmation.h"

namespace latchkey::account {

/// GET and POST /account/emails: the addresses; has a code mailed to one that is to be added.
class EmailsPage {
public:
    EmailsPage(const Site& site, const Confirmation& confirmation, RateLimiter& limiter, Policy& policy)
        : site_(site), confirmation_(confirmation), limiter_(limiter), policy_(policy) {}
    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);
    static std::vector<Sample> samples();

private:
    struct Form {
        std::string email = {};
        bool invalid = false;
        bool known = false;
        bool tooOften = false;
        std::vector<std::string> refused = {};
        bool failed() const { return invalid || known || tooOften || !refused.empty(); }
    };
    Form judge(AccountVisit& visit, const std::string& email) const;
    http::Response start(AccountVisit& visit, const std::string& email) const;
    http::Response show(AccountVisit& visit, const Form& form, const Confirmation::State& state) const;
    static View view(const std::vector<UserEmail>& emails, bool allowed, const Form& form, const Confirmation::State& state);

    const Site& site_;
    const Confirmation& confirmation_;
    RateLimiter& limiter_;
    Policy& policy_;
};

}  // namespace latchkey::account
