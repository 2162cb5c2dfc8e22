// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/token.h"
#include "kernel/export.h"

#include <string_view>

namespace latchkey {

/// A refresh token's exchange for a new pair.
struct TokenRotation {
    Ulid presentedId;
    std::optional<Ulid> presentedAccessId;
    Ulid sessionId;
    AccessToken access;
    std::string accessText;
    RefreshToken refresh;
    std::string refreshText;
    std::optional<std::string> userAgent;
    Instant now;
};

/// Access and refresh tokens. Texts are kept as they are or as digests, as the database is set up; look-ups find either.
class LATCHKEY_API TokenRepository {
public:
    virtual ~TokenRepository();

    /// Both in one round trip each, with session and user: what introspection and userinfo need.
    virtual std::optional<AccessTokenDetails> findAccess(std::string_view token) = 0;
    virtual std::optional<RefreshTokenDetails> findRefresh(std::string_view token) = 0;

    virtual void addAccess(const AccessToken& access, std::string_view token) = 0;
    virtual void addRefresh(const RefreshToken& refresh, std::string_view token) = 0;

    virtual std::optional<AccessToken> access(const Ulid& id) = 0;
    virtual std::optional<RefreshToken> refresh(const Ulid& id) = 0;

    /// False if it was revoked already, or (a refresh token) consumed.
    virtual bool revokeAccess(const Ulid& id, Instant now) = 0;
    virtual bool revokeRefresh(const Ulid& id, Instant now) = 0;
    /// All of a refresh in one statement: the presented token is consumed, its access token revoked, a new pair added, the session's
    /// user agent noted. False, and nothing changed, if the presented token is not valid any more.
    virtual bool rotate(const TokenRotation& rotation) = 0;
    /// valid → consumed, with its successor. False if somebody else was first.
    virtual bool consume(const Ulid& refreshId, const Ulid& nextId, Instant now) = 0;
    /// Points a consumed token to another successor, if it still points to `from`.
    virtual bool repoint(const Ulid& refreshId, const std::optional<Ulid>& from, const Ulid& to) = 0;
    /// Marks the first use; false if it was used before.
    virtual bool markUsed(const Ulid& accessId, Instant now) = 0;
};

}  // namespace latchkey
