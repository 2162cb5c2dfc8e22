// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/authorization_grant.h"
#include "kernel/export.h"

#include <string_view>

namespace latchkey {

class LATCHKEY_API AuthorizationGrantRepository {
public:
    virtual ~AuthorizationGrantRepository();

    /// `code`: empty unless the response type has `code`. Kept as it is or as digest, as the database is set up.
    virtual void add(const AuthorizationGrant& grant, std::string_view code) = 0;
    virtual std::optional<AuthorizationGrant> find(const Ulid& id) = 0;
    virtual std::optional<AuthorizationGrant> findByCode(std::string_view code) = 0;
    /// Gives a pending grant the code that will be handed out (the digest of the first one cannot be turned back).
    /// Each of these is false, and changes nothing, unless the grant is in the state that the change begins with.
    virtual bool replaceCode(const Ulid& id, std::string_view code) = 0;                        // pending
    virtual bool fulfil(const Ulid& id, const Ulid& sessionId, Instant now) = 0;                // pending → fulfilled
    virtual bool exchange(const Ulid& id, Instant now) = 0;                                     // fulfilled → exchanged
    virtual bool cancel(const Ulid& id, Instant now) = 0;                                       // pending → cancelled

    // Pushed authorization requests (RFC 9126): the request's parameters, JSON, kept for a short while.
    virtual void push(std::string_view requestUri, const Ulid& clientId, std::string_view parameters, Instant expiresAt) = 0;
    /// Takes it out: a request URI works once. Nothing if unknown, expired or another client's.
    virtual std::optional<std::string> takePushed(std::string_view requestUri, const Ulid& clientId, Instant now) = 0;
};

}  // namespace latchkey
