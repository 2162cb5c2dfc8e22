// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-opa/opa_policy.h"

#include "plugins/policy-opa/answer.h"
#include "plugins/policy-opa/inputs.h"

#include <sstream>

namespace latchkey::opa {

OpaPolicy::OpaPolicy(OutgoingHttp& http, const Config& config, const std::string& token)
    : http_(http), url_(config.url + "v1/data/"), paths_(config.paths), data_(config.data) {
    template_.method = "POST";
    template_.headers = {{"content-type", "application/json"}, {"accept", "application/json"}};
    if (!token.empty()) template_.headers.emplace_back("authorization", "Bearer " + token);
    template_.timeoutMs = config.timeoutMs;
    template_.untrusted = false;
}

std::string OpaPolicy::ask(const std::string& path, const Poco::JSON::Object::Ptr& input) const {
    std::ostringstream text;
    input->stringify(text);
    std::string members = text.str();
    members.pop_back();  // there always is a requester, so a comma fits
    OutgoingRequest request = template_;
    request.url = url_ + path;
    request.body = "{\"input\":" + members + ",\"data\":" + data_ + "}}";
    try {
        OutgoingResponse response = http_.send(request);
        if (response.status == 200) return std::move(response.body);
        const std::string what = "OPA answered " + std::to_string(response.status) + " for " + path;
        if (response.status == 429 || response.status >= 500) throw Unavailable(what);
        throw Error(what);
    } catch (const OutgoingHttpError& error) {
        throw Unavailable(std::string("OPA cannot be asked: ") + error.what());
    }
}

GrantDecision OpaPolicy::grant(const GrantRequest& request) { return decisionOf(ask(paths_.grant, inputOf(request)), request.scope); }
PolicyViolations OpaPolicy::registration(const RegistrationRequest& request) { return violationsOf(ask(paths_.registration, inputOf(request))); }
PolicyViolations OpaPolicy::email(const EmailRequest& request) { return violationsOf(ask(paths_.email, inputOf(request))); }
PolicyViolations OpaPolicy::clientRegistration(const ClientRegistrationRequest& request) { return violationsOf(ask(paths_.clientRegistration, inputOf(request))); }
PolicyViolations OpaPolicy::compatLogin(const CompatLoginRequest& request) { return violationsOf(ask(paths_.compatLogin, inputOf(request))); }
PolicyViolations OpaPolicy::personalToken(const PersonalTokenRequest& request) {
    const auto violations = violationsIfRuled(ask(paths_.personalToken, inputOf(request)));
    return violations ? *violations : Policy::personalToken(request);
}

}  // namespace latchkey::opa
