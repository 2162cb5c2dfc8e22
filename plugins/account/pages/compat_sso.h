// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/compat/sso_login.h"
#include "domain/policy/policy.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// GET and POST /complete-compat-sso/{id}: does the person let in the Matrix client that sent them here by `login/sso/redirect`?
/// If so, they go back to it with a login token (Matrix client API, SSO client login).
class CompatSsoPage {
public:
    CompatSsoPage(const Site& site, Policy& policy) : site_(site), policy_(policy) {}

    http::Response get(const http::Request& request) { return walk(request, false); }
    http::Response post(const http::Request& request) { return walk(request, true); }

    static std::vector<Sample> samples();

private:
    http::Response walk(const http::Request& request, bool posted);
    http::Response approve(Visit& visit, const CompatSsoLogin& login);
    CompatSsoLogin find(const http::Request& request) const;
    PolicyViolations violations(const CompatSsoLogin& login, const User& user, const http::Request& request) const;
    static View view(const Settings& settings, const CompatSsoLogin& login, const std::string& username);

    const Site& site_;
    Policy& policy_;
};

}  // namespace latchkey::account
