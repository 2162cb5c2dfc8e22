// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/policy/policy.h"
#include "domain/session/account_session.h"
#include "plugins/account/management/confirmation.h"

namespace latchkey::account {

/// GET and POST /account/tokens: personal access tokens. The policy says with which scopes and for how long; a token is shown once.
/// They are renamed and revoked on the page of their session.
class TokensPage {
public:
    TokensPage(const Site& site, const Confirmation& confirmation, Policy& policy) : site_(site), confirmation_(confirmation), policy_(policy) {}
    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);
    static std::vector<Sample> samples();

private:
    static constexpr int kPerPage = 20;
    struct Form {
        std::string name = {};
        std::vector<std::string> scopes = {};
        int days = 30;                         ///< 0: for ever
        bool nameInvalid = false;
        bool scopeMissing = false;
        std::vector<std::string> refused = {};
        bool failed() const { return nameInvalid || scopeMissing || !refused.empty(); }
    };
    static Form read(AccountVisit& visit);
    PolicyViolations violations(AccountVisit& visit, const Scope& scope, int days) const;
    std::vector<std::string> offered(AccountVisit& visit) const;
    http::Response create(AccountVisit& visit, const Form& form) const;
    http::Response show(AccountVisit& visit, const Form& form, const Confirmation::State& state) const;
    static View view(std::vector<AccountSession> tokens, const std::vector<std::string>& offered, const Form& form, const Confirmation::State& state, bool further);

    const Site& site_;
    const Confirmation& confirmation_;
    Policy& policy_;
};

}  // namespace latchkey::account
