// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/policy/policy.h"
#include "plugins/policy-builtin/rules.h"

#include <memory>
#include <mutex>
#include <string>

namespace latchkey::policy {

/// The decisions of the reference's stock policy. Needs no I/O for them.
class BuiltinPolicy final : public Policy {
public:
    /// `fixed`: what the configuration says, as JSON text. Throws PolicyDataError.
    explicit BuiltinPolicy(std::string fixed);

    /// Puts data set at run time over the configuration's; nothing: back to the configuration alone. Either all of it takes
    /// effect, for decisions that begin afterwards, or it throws PolicyDataError and nothing does.
    void setDynamic(const std::optional<std::string>& data);

    GrantDecision grant(const GrantRequest& request) override;
    PolicyViolations registration(const RegistrationRequest& request) override;
    PolicyViolations email(const EmailRequest& request) override;
    PolicyViolations clientRegistration(const ClientRegistrationRequest& request) override;
    PolicyViolations compatLogin(const CompatLoginRequest& request) override;
    PolicyViolations personalToken(const PersonalTokenRequest& request) override;
    bool keepsAdmin(const User* user, const Ulid& clientId) const override;

private:
    std::shared_ptr<const Rules> rules() const;

    const std::string fixed_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Rules> rules_;
};

}  // namespace latchkey::policy
