// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/error.h"
#include "kernel/export.h"

#include <cstdint>
#include <memory>
#include <string>

namespace latchkey {

class AccountSessionRepository;
class ActivityRepository;
class AuthorizationGrantRepository;
class BrowserSessionRepository;
class CleanupRepository;
class ClientRepository;
class CompatSessionRepository;
class CompatSsoLoginRepository;
class CompatTokenRepository;
class DeviceCodeGrantRepository;
class EmailAuthenticationRepository;
class JobRepository;
class OAuthSessionRepository;
class PersonalSessionRepository;
class PolicyDataRepository;
class RateLimitRepository;
class RecoveryRepository;
class RegistrationTokenRepository;
class TokenRepository;
class UserEmailRepository;
class UserLifeRepository;
class UserPasswordRepository;
class UserRegistrationRepository;
class UserRepository;
class WorkerRepository;

/// Something in storage went wrong. what() names the query, never its parameters.
class LATCHKEY_API StorageError : public Error {
public:
    using Error::Error;
    ~StorageError() override;
};

/// A row with this key exists already (SQLSTATE 23505).
class LATCHKEY_API Conflict : public StorageError {
public:
    Conflict(const std::string& message, std::string constraint);
    ~Conflict() override;
    const std::string& constraint() const noexcept { return constraint_; }

private:
    std::string constraint_;
};

/// A row that the written one refers to is not there (any more), or one is to go that others refer to (SQLSTATE 23503).
class LATCHKEY_API BrokenReference : public StorageError {
public:
    BrokenReference(const std::string& message, std::string constraint);
    ~BrokenReference() override;
    const std::string& constraint() const noexcept { return constraint_; }
    /// Whether it is the reference to a client of OAuth.
    bool toClient() const noexcept { return constraint_.ends_with("client_fkey") || constraint_.ends_with("client_id_fkey"); }

private:
    std::string constraint_;
};

/// A row, or a combination of columns, that should not exist: the database contradicts itself.
class LATCHKEY_API StorageInconsistent : public StorageError {
public:
    using StorageError::StorageError;
    ~StorageInconsistent() override;
};

/// Try again later: no free connection in time, a lock or statement time-out, a serialization failure, a deadlock.
class LATCHKEY_API StorageBusy : public Unavailable {
public:
    using Unavailable::Unavailable;
    ~StorageBusy() override;
};

/// The database cannot be reached, or went away in the middle (SQLSTATE 08…, 57P0x). The unit of work did not commit,
/// unless commit() itself threw this: then nobody knows.
class LATCHKEY_API StorageDown : public Unavailable {
public:
    using Unavailable::Unavailable;
    ~StorageDown() override;
};

/// One transaction on one connection. Rolled back when destroyed, unless committed. Not thread-safe; never held across a call
/// to another server. Repositories live as long as their unit of work.
class LATCHKEY_API UnitOfWork {
public:
    UnitOfWork() = default;
    UnitOfWork(const UnitOfWork&) = delete;
    UnitOfWork& operator=(const UnitOfWork&) = delete;
    virtual ~UnitOfWork();

    virtual UserRepository& users() = 0;
    virtual UserEmailRepository& emails() = 0;
    virtual UserPasswordRepository& passwords() = 0;
    virtual RegistrationTokenRepository& registrationTokens() = 0;
    virtual UserRegistrationRepository& registrations() = 0;
    virtual EmailAuthenticationRepository& emailAuthentications() = 0;
    virtual RecoveryRepository& recoveries() = 0;
    virtual BrowserSessionRepository& browserSessions() = 0;
    virtual ClientRepository& clients() = 0;
    virtual AuthorizationGrantRepository& authorizationGrants() = 0;
    virtual DeviceCodeGrantRepository& deviceCodeGrants() = 0;
    virtual OAuthSessionRepository& oauthSessions() = 0;
    virtual CompatSessionRepository& compatSessions() = 0;
    virtual CompatTokenRepository& compatTokens() = 0;
    virtual CompatSsoLoginRepository& compatSsoLogins() = 0;
    virtual PersonalSessionRepository& personalSessions() = 0;
    virtual AccountSessionRepository& accountSessions() = 0;
    virtual TokenRepository& tokens() = 0;
    virtual ActivityRepository& activities() = 0;
    virtual JobRepository& jobs() = 0;
    virtual WorkerRepository& workers() = 0;
    virtual CleanupRepository& cleanup() = 0;
    virtual UserLifeRepository& userLives() = 0;
    virtual PolicyDataRepository& policyData() = 0;
    virtual RateLimitRepository& rateLimits() = 0;

    /// Waits until no other unit of work holds the same key, then holds it to the end of this one
    /// (PostgreSQL: pg_advisory_xact_lock).
    virtual void lock(std::int64_t key) = 0;

    /// Throws, and nothing was written, if the server did not commit; StorageDown if it is unknown.
    virtual void commit() = 0;
};

/// All state of the service. Thread-safe.
class LATCHKEY_API Store {
public:
    static constexpr const char* kService = "domain.Store/1";
    virtual ~Store();
    /// Waits for a connection at most as long as configured. Throws StorageBusy or StorageDown.
    virtual std::unique_ptr<UnitOfWork> begin() = 0;
    /// For look-ups that stand alone: each statement is a transaction of its own, so that one look-up costs one round trip.
    /// commit() has nothing to do.
    virtual std::unique_ptr<UnitOfWork> reading() = 0;
    /// One round trip to the database: is it there? Throws StorageBusy or StorageDown.
    virtual void ping() = 0;
};

}  // namespace latchkey
