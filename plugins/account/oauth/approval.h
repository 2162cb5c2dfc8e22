// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/device_code_grant.h"
#include "domain/policy/policy.h"
#include "plugins/account/pending_grant.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// May a person let a client do what it asks for, must they be asked, and the deed itself. No unit of work may be open when this is called.
class Approval {
public:
    Approval(const Site& site, Policy& policy) : site_(site), policy_(policy) {}

    struct Verdict {
        PolicyViolations violations;  ///< empty: allowed
        bool ask = true;              ///< the person must agree
        bool remember = false;        ///< what they agree to counts for later requests
        Scope scope;                  ///< what is granted
        std::optional<Duration> accessTokenLifetime;  ///< the policy's; nothing: the configuration's
    };
    Verdict decide(const PendingGrant& pending, const BrowserSession& session, const http::Request& request) const;
    /// The same for a device. Whatever it says, the person confirms that the device is theirs.
    Verdict decide(const DeviceCodeGrant& grant, const Client& client, const BrowserSession& session, const http::Request& request) const;

    /// Makes the client's session and the code that it will exchange. Nothing if somebody else decided meanwhile, or the browser's
    /// session ended.
    std::optional<std::string> approve(const PendingGrant& pending, const Ulid& browserSessionId, const Verdict& verdict, const http::Request& request) const;
    /// False if it was decided already.
    bool deny(const PendingGrant& pending) const;
    /// Lets a device in. False if it was decided already, or the browser's session ended.
    bool approve(const DeviceCodeGrant& grant, const Ulid& browserSessionId, const std::string& locale, const Verdict& verdict) const;

private:
    struct Asked {
        const Client& client;
        const Scope& scope;
        const char* grantType;
    };
    Verdict decide(const Asked& asked, const BrowserSession& session, const http::Request& request) const;

    const Site& site_;
    Policy& policy_;
};

/// What a policy may know of the browser.
PolicyRequester requesterOf(const http::Request& request);

}  // namespace latchkey::account
