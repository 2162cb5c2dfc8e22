// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/compat/token.h"
#include "kernel/export.h"

#include <string_view>

namespace latchkey {

/// A refresh token's exchange for a new pair.
struct CompatRotation {
    Ulid presentedId;
    Ulid sessionId;
    CompatAccessToken access;
    std::string accessText;
    CompatRefreshToken refresh;
    std::string refreshText;
    Instant now;
};

/// Tokens of compat sessions. Texts are kept as they are or as digests, as the database is set up; look-ups find either.
class LATCHKEY_API CompatTokenRepository {
public:
    virtual ~CompatTokenRepository();
    /// Both in one round trip each, with session and user.
    virtual std::optional<CompatAccessDetails> findAccess(std::string_view token) = 0;
    virtual std::optional<CompatRefreshDetails> findRefresh(std::string_view token) = 0;
    virtual void addAccess(const CompatAccessToken& access, std::string_view token) = 0;
    virtual void addRefresh(const CompatRefreshToken& refresh, std::string_view token) = 0;
    /// All of a refresh in one statement: the presented token and all other unconsumed ones of the session are consumed, its access
    /// token expires, a new pair is added. False, and nothing changed, if it was consumed before, or the session has ended.
    virtual bool rotate(const CompatRotation& rotation) = 0;
};

}  // namespace latchkey
