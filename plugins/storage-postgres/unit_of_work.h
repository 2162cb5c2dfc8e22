// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/store.h"
#include "plugins/storage-postgres/activity/activity_repository.h"
#include "plugins/storage-postgres/compat/session_repository.h"
#include "plugins/storage-postgres/compat/sso_login_repository.h"
#include "plugins/storage-postgres/compat/token_repository.h"
#include "plugins/storage-postgres/oauth2/authorization_grant_repository.h"
#include "plugins/storage-postgres/oauth2/client_repository.h"
#include "plugins/storage-postgres/oauth2/device_code_grant_repository.h"
#include "plugins/storage-postgres/oauth2/session_repository.h"
#include "plugins/storage-postgres/oauth2/token_repository.h"
#include "plugins/storage-postgres/personal/session_repository.h"
#include "plugins/storage-postgres/policy/policy_data_repository.h"
#include "plugins/storage-postgres/pool.h"
#include "plugins/storage-postgres/queue/cleanup_repository.h"
#include "plugins/storage-postgres/queue/job_repository.h"
#include "plugins/storage-postgres/queue/worker_repository.h"
#include "plugins/storage-postgres/rate_limit/rate_limit_repository.h"
#include "plugins/storage-postgres/user/account_session_repository.h"
#include "plugins/storage-postgres/user/browser_session_repository.h"
#include "plugins/storage-postgres/user/email_authentication_repository.h"
#include "plugins/storage-postgres/user/recovery_repository.h"
#include "plugins/storage-postgres/user/registration_token_repository.h"
#include "plugins/storage-postgres/user/user_email_repository.h"
#include "plugins/storage-postgres/user/user_life_repository.h"
#include "plugins/storage-postgres/user/user_password_repository.h"
#include "plugins/storage-postgres/user/user_registration_repository.h"
#include "plugins/storage-postgres/user/user_repository.h"

#include <optional>

namespace latchkey::pg {

/// Takes a connection at the first use, so that work which ends before (a refused request) costs none; BEGIN travels with the
/// first statement. One for reading sends none: its statements stand alone.
class PgUnitOfWork final : public UnitOfWork {
public:
    enum class Mode { transaction, reading };
    explicit PgUnitOfWork(Pool& pool, Mode mode = Mode::transaction) : pool_(pool), mode_(mode) {}
    ~PgUnitOfWork() override = default;  // the pool rolls back what comes back uncommitted

    UserRepository& users() override { return repository(users_); }
    UserEmailRepository& emails() override { return repository(emails_); }
    UserPasswordRepository& passwords() override { return repository(passwords_); }
    RegistrationTokenRepository& registrationTokens() override { return repository(registrationTokens_); }
    UserRegistrationRepository& registrations() override { return repository(registrations_); }
    EmailAuthenticationRepository& emailAuthentications() override { return repository(emailAuthentications_); }
    RecoveryRepository& recoveries() override { return repository(recoveries_); }
    BrowserSessionRepository& browserSessions() override { return repository(browserSessions_); }
    ClientRepository& clients() override { return repository(clients_); }
    AuthorizationGrantRepository& authorizationGrants() override { return repository(authorizationGrants_); }
    DeviceCodeGrantRepository& deviceCodeGrants() override { return repository(deviceCodeGrants_); }
    OAuthSessionRepository& oauthSessions() override { return repository(oauthSessions_); }
    CompatSessionRepository& compatSessions() override { return repository(compatSessions_); }
    CompatTokenRepository& compatTokens() override { return repository(compatTokens_); }
    CompatSsoLoginRepository& compatSsoLogins() override { return repository(compatSsoLogins_); }
    PersonalSessionRepository& personalSessions() override { return repository(personalSessions_); }
    AccountSessionRepository& accountSessions() override { return repository(accountSessions_); }
    TokenRepository& tokens() override { return repository(tokens_); }
    ActivityRepository& activities() override { return repository(activities_); }
    JobRepository& jobs() override { return repository(jobs_); }
    WorkerRepository& workers() override { return repository(workers_); }
    CleanupRepository& cleanup() override { return repository(cleanup_); }
    UserLifeRepository& userLives() override { return repository(userLives_); }
    RateLimitRepository& rateLimits() override { return repository(rateLimits_); }
    PolicyDataRepository& policyData() override { return repository(policyData_); }
    void lock(std::int64_t key) override;
    void commit() override;

private:
    Connection& connection();

    template <typename T>
    T& repository(std::optional<T>& made) {
        if (!made) made.emplace(connection());
        return *made;
    }

    Pool& pool_;
    const Mode mode_;
    std::optional<Lease> lease_;
    bool committed_ = false;

    std::optional<PgUserRepository> users_;
    std::optional<PgUserEmailRepository> emails_;
    std::optional<PgUserPasswordRepository> passwords_;
    std::optional<PgRegistrationTokenRepository> registrationTokens_;
    std::optional<PgUserRegistrationRepository> registrations_;
    std::optional<PgEmailAuthenticationRepository> emailAuthentications_;
    std::optional<PgRecoveryRepository> recoveries_;
    std::optional<PgBrowserSessionRepository> browserSessions_;
    std::optional<PgClientRepository> clients_;
    std::optional<PgAuthorizationGrantRepository> authorizationGrants_;
    std::optional<PgDeviceCodeGrantRepository> deviceCodeGrants_;
    std::optional<PgOAuthSessionRepository> oauthSessions_;
    std::optional<PgCompatSessionRepository> compatSessions_;
    std::optional<PgCompatTokenRepository> compatTokens_;
    std::optional<PgCompatSsoLoginRepository> compatSsoLogins_;
    std::optional<PgPersonalSessionRepository> personalSessions_;
    std::optional<PgAccountSessionRepository> accountSessions_;
    std::optional<PgTokenRepository> tokens_;
    std::optional<PgActivityRepository> activities_;
    std::optional<PgJobRepository> jobs_;
    std::optional<PgWorkerRepository> workers_;
    std::optional<PgCleanupRepository> cleanup_;
    std::optional<PgUserLifeRepository> userLives_;
    std::optional<PgRateLimitRepository> rateLimits_;
    std::optional<PgPolicyDataRepository> policyData_;
};

class PgStore final : public Store {
public:
    explicit PgStore(Pool& pool) : pool_(pool) {}
    std::unique_ptr<UnitOfWork> begin() override { return std::make_unique<PgUnitOfWork>(pool_); }
    std::unique_ptr<UnitOfWork> reading() override { return std::make_unique<PgUnitOfWork>(pool_, PgUnitOfWork::Mode::reading); }
    void ping() override;

private:
    Pool& pool_;
};

}  // namespace latchkey::pg
