// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/oauth/approval.h"

namespace latchkey::account {

/// GET and POST /consent/{id}: does the person agree to what the client asks for?
class ConsentPage {
public:
    ConsentPage(const Site& site, Policy& policy) : site_(site), approval_(site, policy) {}

    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);

    static std::vector<Sample> samples();

private:
    http::Response walk(const http::Request& request, bool posted);
    http::Response decided(Visit& visit, const PendingGrant& pending, const Approval::Verdict& verdict);
    static View view(const Settings& settings, const PendingGrant& pending, const std::string& username, const Scope& scope);
    static View refusal(const Settings& settings, const PendingGrant& pending, const std::string& username, const PolicyViolations& violations);

    const Site& site_;
    Approval approval_;
};

}  // namespace latchkey::account
