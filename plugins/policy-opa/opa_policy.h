// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/outgoing_http.h"
#include "domain/policy/policy.h"
#include "plugins/policy-opa/config.h"

#include <Poco/JSON/Object.h>

namespace latchkey::opa {

/// Asks an OPA server, once per decision. If it does not answer, nothing is allowed: Unavailable, or Error for an answer that
/// makes no sense.
class OpaPolicy final : public Policy {
public:
    /// `token`: sent as a bearer token unless empty.
    OpaPolicy(OutgoingHttp& http, const Config& config, const std::string& token);

    GrantDecision grant(const GrantRequest& request) override;
    PolicyViolations registration(const RegistrationRequest& request) override;
    PolicyViolations email(const EmailRequest& request) override;
    PolicyViolations clientRegistration(const ClientRegistrationRequest& request) override;
    PolicyViolations compatLogin(const CompatLoginRequest& request) override;
    /// Where OPA has no rule for it, none are allowed: rules that were written for the reference have none.
    PolicyViolations personalToken(const PersonalTokenRequest& request) override;

private:
    std::string ask(const std::string& path, const Poco::JSON::Object::Ptr& input) const;

    OutgoingHttp& http_;
    const std::string url_;
    const Paths paths_;
    const std::string data_;
    OutgoingRequest template_;
};

}  // namespace latchkey::opa
