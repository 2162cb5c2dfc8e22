// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"

#include "domain/activity.h"
#include "domain/compat/session_repository.h"
#include "domain/compat/sso_login.h"
#include "domain/compat/token_repository.h"
#include "domain/oauth2/authorization_grant_repository.h"
#include "domain/oauth2/client_repository.h"
#include "domain/oauth2/device_code_grant_repository.h"
#include "domain/oauth2/session_repository.h"
#include "domain/oauth2/token_repository.h"
#include "domain/personal/session.h"
#include "domain/queue/cleanup_repository.h"
#include "domain/queue/job_repository.h"
#include "domain/queue/worker_repository.h"
#include "domain/rate_limiter.h"
#include "domain/session/account_session.h"
#include "domain/user/browser_session.h"
#include "domain/user/password.h"
#include "domain/user/recovery.h"
#include "domain/user/registration.h"
#include "domain/user/registration_token.h"
#include "domain/user/user_email.h"
#include "domain/user/user_life_repository.h"
#include "domain/user/user_repository.h"

#include <utility>

// Destructors out of line: each type's information then exists once, in this library, whoever throws or catches.
namespace latchkey {

StorageError::~StorageError() = default;
Conflict::Conflict(const std::string& message, std::string constraint) : StorageError(message), constraint_(std::move(constraint)) {}
Conflict::~Conflict() = default;
BrokenReference::BrokenReference(const std::string& message, std::string constraint)
    : StorageError(message), constraint_(std::move(constraint)) {}
BrokenReference::~BrokenReference() = default;
StorageInconsistent::~StorageInconsistent() = default;
StorageBusy::~StorageBusy() = default;
StorageDown::~StorageDown() = default;

UnitOfWork::~UnitOfWork() = default;
Store::~Store() = default;

ActivityRecorder::~ActivityRecorder() = default;
ActivityRepository::~ActivityRepository() = default;
AuthorizationGrantRepository::~AuthorizationGrantRepository() = default;
BrowserSessionRepository::~BrowserSessionRepository() = default;
CleanupRepository::~CleanupRepository() = default;
ClientRepository::~ClientRepository() = default;
CompatSessionRepository::~CompatSessionRepository() = default;
CompatSsoLoginRepository::~CompatSsoLoginRepository() = default;
CompatTokenRepository::~CompatTokenRepository() = default;
DeviceCodeGrantRepository::~DeviceCodeGrantRepository() = default;
JobRepository::~JobRepository() = default;
OAuthSessionRepository::~OAuthSessionRepository() = default;
RecoveryRepository::~RecoveryRepository() = default;
RegistrationTokenRepository::~RegistrationTokenRepository() = default;
TokenRepository::~TokenRepository() = default;
UserEmailRepository::~UserEmailRepository() = default;
UserLifeRepository::~UserLifeRepository() = default;
UserPasswordRepository::~UserPasswordRepository() = default;
UserRegistrationRepository::~UserRegistrationRepository() = default;
UserRepository::~UserRepository() = default;
WorkerRepository::~WorkerRepository() = default;

}  // namespace latchkey
