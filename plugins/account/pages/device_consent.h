// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event.h"
#include "domain/oauth2/device_code_grant.h"
#include "plugins/account/oauth/approval.h"

namespace latchkey::account {

/// GET and POST /device/{id}: does the person let their other device in?
class DeviceConsentPage {
public:
    DeviceConsentPage(const Site& site, Policy& policy) : site_(site), approval_(site, policy) {}

    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);

    static std::vector<Sample> samples();

private:
    struct Pending {
        DeviceCodeGrant grant;
        Client client;
    };
    http::Response walk(const http::Request& request, bool posted);
    Pending find(const http::Request& request) const;
    http::Response allow(Visit& visit, const Pending& pending, const Approval::Verdict& verdict);
    http::Response reject(Visit& visit, const Pending& pending);
    void recordDecision(Visit& visit, const Pending& pending, EventKind kind, const std::optional<Scope>& granted) const;
    http::Response done(Visit& visit, bool allowed);
    static View view(const Settings& settings, const Pending& pending, const std::string& username, const Approval::Verdict& verdict, bool unconfirmed);
    static View refusal(const Settings& settings, const Pending& pending, const std::string& username, const PolicyViolations& violations);

    const Site& site_;
    Approval approval_;
};

}  // namespace latchkey::account
