// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/oauth2/scope.h"
#include "domain/time.h"
#include "domain/user/user.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// What stands behind a personal access token: whoever holds the token acts as a user. Exactly one owner, a user or a client, made it.
struct PersonalSession {
    Ulid id;
    std::optional<Ulid> ownerUserId;
    std::optional<Ulid> ownerClientId;
    Ulid actorUserId;
    std::string humanName;
    Scope scope;
    Instant createdAt;
    std::optional<Instant> revokedAt;
};

/// At most one of a session is not revoked.
struct PersonalAccessToken {
    Ulid id;
    Ulid sessionId;
    Instant createdAt;
    std::optional<Instant> expiresAt;  ///< nothing: never
    std::optional<Instant> revokedAt;

    bool validAt(Instant now) const { return !revokedAt && (!expiresAt || now < *expiresAt); }
};

/// A token with all that decides about it, read in one round trip.
struct LATCHKEY_API PersonalAccessDetails {
    PersonalAccessToken token;
    PersonalSession session;
    User actor;
    std::optional<User> owner;

    /// Token and session live; neither actor nor owner is locked or deactivated.
    bool usableAt(Instant now) const;
};

class LATCHKEY_API PersonalSessionRepository {
public:
    virtual ~PersonalSessionRepository();
    virtual void add(const PersonalSession& session) = 0;
    /// Throws Conflict if the session has a token that is not revoked. Only the text's SHA-256 is kept.
    virtual void addToken(const PersonalAccessToken& token, std::string_view text) = 0;
    virtual std::optional<PersonalAccessDetails> findAccess(std::string_view text) = 0;
};

}  // namespace latchkey
