// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/store.h"

#include <stdexcept>

namespace latchkey::test {

/// A unit of work whose repositories must not be used; fakes override the one or two that their test is about.
class UnusedWork : public UnitOfWork {
public:
    UserRepository& users() override { return unused<UserRepository>(); }
    UserEmailRepository& emails() override { return unused<UserEmailRepository>(); }
    UserPasswordRepository& passwords() override { return unused<UserPasswordRepository>(); }
    RegistrationTokenRepository& registrationTokens() override { return unused<RegistrationTokenRepository>(); }
    UserRegistrationRepository& registrations() override { return unused<UserRegistrationRepository>(); }
    EmailAuthenticationRepository& emailAuthentications() override { return unused<EmailAuthenticationRepository>(); }
    RecoveryRepository& recoveries() override { return unused<RecoveryRepository>(); }
    BrowserSessionRepository& browserSessions() override { return unused<BrowserSessionRepository>(); }
    ClientRepository& clients() override { return unused<ClientRepository>(); }
    AuthorizationGrantRepository& authorizationGrants() override { return unused<AuthorizationGrantRepository>(); }
    DeviceCodeGrantRepository& deviceCodeGrants() override { return unused<DeviceCodeGrantRepository>(); }
    OAuthSessionRepository& oauthSessions() override { return unused<OAuthSessionRepository>(); }
    CompatSessionRepository& compatSessions() override { return unused<CompatSessionRepository>(); }
    CompatTokenRepository& compatTokens() override { return unused<CompatTokenRepository>(); }
    CompatSsoLoginRepository& compatSsoLogins() override { return unused<CompatSsoLoginRepository>(); }
    PersonalSessionRepository& personalSessions() override { return unused<PersonalSessionRepository>(); }
    AccountSessionRepository& accountSessions() override { return unused<AccountSessionRepository>(); }
    TokenRepository& tokens() override { return unused<TokenRepository>(); }
    ActivityRepository& activities() override { return unused<ActivityRepository>(); }
    JobRepository& jobs() override { return unused<JobRepository>(); }
    RateLimitRepository& rateLimits() override { return unused<RateLimitRepository>(); }
    WorkerRepository& workers() override { return unused<WorkerRepository>(); }
    CleanupRepository& cleanup() override { return unused<CleanupRepository>(); }
    UserLifeRepository& userLives() override { return unused<UserLifeRepository>(); }
    PolicyDataRepository& policyData() override { return unused<PolicyDataRepository>(); }
    void lock(std::int64_t) override { throw std::logic_error("this unit of work takes no lock"); }
    void commit() override {}

private:
    template <typename Repository>
    Repository& unused() {
        throw std::logic_error("this test has no such repository");
    }
};

}  // namespace latchkey::test
