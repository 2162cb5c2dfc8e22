// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// A registration in progress: what is known of a user that does not exist yet.
struct UserRegistration {
    Ulid id;
    std::optional<std::string> ipAddress;
    std::optional<std::string> userAgent;
    std::optional<std::string> postAuthAction;  ///< JSON
    std::string username;
    std::optional<std::string> displayName;
    std::optional<std::string> termsUrl;
    std::optional<Ulid> emailAuthenticationId;
    std::optional<std::string> hashedPassword;  ///< with its version, or neither
    std::optional<int> hashedPasswordVersion;
    std::optional<Ulid> registrationTokenId;
    std::optional<Ulid> upstreamSessionId;
    Instant createdAt;
    std::optional<Instant> completedAt;  ///< set: the user exists, and nothing of this changes any more
};

/// Each change is made to a registration in progress only, and says whether there was one.
class LATCHKEY_API UserRegistrationRepository {
public:
    virtual ~UserRegistrationRepository();
    virtual std::optional<UserRegistration> find(const Ulid& id) = 0;
    virtual void add(const UserRegistration& registration) = 0;
    virtual bool setUsername(const Ulid& id, std::string_view username) = 0;
    virtual bool setDisplayName(const Ulid& id, std::string_view name) = 0;
    virtual bool setTermsUrl(const Ulid& id, std::string_view url) = 0;
    virtual bool setEmailAuthentication(const Ulid& id, const Ulid& authenticationId) = 0;
    virtual bool setPassword(const Ulid& id, std::string_view hash, int version) = 0;
    virtual bool setRegistrationToken(const Ulid& id, const Ulid& tokenId) = 0;
    virtual bool setUpstreamSession(const Ulid& id, const Ulid& sessionId) = 0;
    /// Remembers that a step which is not one of this server's own was taken. Whether it was this call that did.
    virtual bool takeStep(const Ulid& id, std::string_view step, Instant now) = 0;
    virtual bool hasTakenStep(const Ulid& id, std::string_view step) = 0;
    /// Whether it was this call that completed it.
    virtual bool complete(const Ulid& id, Instant now) = 0;
};

}  // namespace latchkey
