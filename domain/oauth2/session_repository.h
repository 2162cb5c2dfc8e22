// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/session.h"
#include "kernel/export.h"

#include <string_view>

namespace latchkey {

class LATCHKEY_API OAuthSessionRepository {
public:
    virtual ~OAuthSessionRepository();

    virtual std::optional<OAuthSession> find(const Ulid& id) = 0;
    virtual void add(const OAuthSession& session) = 0;
    /// Ends it, and with it all its tokens. False if it was finished already.
    virtual bool finish(const Ulid& id, Instant now) = 0;
    /// Ends all active ones of a user; returns how many.
    virtual std::int64_t finishAllOf(const Ulid& userId, Instant now) = 0;
    virtual void recordUserAgent(const Ulid& id, std::string_view userAgent) = 0;
    /// Whether the client ever got a session (live or not) from that browser session.
    virtual bool startedFrom(const Ulid& browserSessionId, const Ulid& clientId) = 0;
    virtual SessionCounts countActiveOf(const Ulid& userId) = 0;

    /// What a person agreed to before, for clients whose policy says "remember"; the scopes of all agreements together.
    virtual Scope consented(const Ulid& userId, const Ulid& clientId) = 0;
    virtual void rememberConsent(const Ulid& userId, const Ulid& clientId, const Scope& scope, Instant now) = 0;
};

}  // namespace latchkey
