// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/builtin_policy.h"

#include "domain/policy/policy_data.h"
#include "plugins/policy-builtin/checks.h"

namespace latchkey::policy {

namespace {

std::shared_ptr<const Rules> compiled(const std::string& data) {
    std::vector<DataProblem> problems;
    auto rules = std::make_shared<const Rules>(readRules(data, problems));
    if (problems.empty()) return rules;
    std::string all;
    for (const DataProblem& each : problems) all += (all.empty() ? "" : "; ") + each.text();
    throw PolicyDataError(all);
}

}  // namespace

BuiltinPolicy::BuiltinPolicy(std::string fixed) : fixed_(std::move(fixed)), rules_(compiled(fixed_)) {}

void BuiltinPolicy::setDynamic(const std::optional<std::string>& data) {
    auto fresh = compiled(data ? mergePolicyData(fixed_, *data) : fixed_);
    const std::lock_guard lock(mutex_);
    rules_.swap(fresh);
}

std::shared_ptr<const Rules> BuiltinPolicy::rules() const {
    const std::lock_guard lock(mutex_);
    return rules_;
}

GrantDecision BuiltinPolicy::grant(const GrantRequest& request) {
    const auto rules = this->rules();
    const std::string client = request.client.clientId();
    GrantDecision decision{.violations = checkGrant(*rules, request), .consent = GrantDecision::Consent::ask, .scope = {}, .accessTokenLifetime = {}};
    if (rules->rememberConsent.contains(client)) decision.consent = GrantDecision::Consent::remember;
    if (rules->skipConsent.contains(client)) decision.consent = GrantDecision::Consent::skip;
    if (const auto found = rules->lifetimes.find(client); found != rules->lifetimes.end()) decision.accessTokenLifetime = found->second;
    return decision;
}

PolicyViolations BuiltinPolicy::registration(const RegistrationRequest& request) { return checkRegistration(*rules(), request); }
PolicyViolations BuiltinPolicy::email(const EmailRequest& request) { return checkEmail(*rules(), request.email); }
PolicyViolations BuiltinPolicy::clientRegistration(const ClientRegistrationRequest& request) { return checkClient(*rules(), request.metadata); }
PolicyViolations BuiltinPolicy::compatLogin(const CompatLoginRequest& request) { return checkCompatLogin(*rules(), request); }
PolicyViolations BuiltinPolicy::personalToken(const PersonalTokenRequest& request) { return checkPersonalToken(*rules(), request); }

bool BuiltinPolicy::keepsAdmin(const User* user, const Ulid& clientId) const {
    const auto rules = this->rules();
    return user != nullptr ? rules->mayAdminister(*user) : rules->adminClients.contains(clientId.text());
}

}  // namespace latchkey::policy
