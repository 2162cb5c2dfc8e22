// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/client.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace latchkey {

/// What Latchkey keeps of a dynamic registration beyond the columns that the reference has.
struct ClientRegistration {
    std::string accessTokenDigest;  ///< of the registration access token (RFC 7592); domain/token/token_digest.h
    std::string metadata;           ///< JSON: all metadata as registered, e.g. post_logout_redirect_uris, require_pushed_authorization_requests
};

class LATCHKEY_API ClientRepository {
public:
    virtual ~ClientRepository();

    virtual std::optional<Client> find(const Ulid& id) = 0;
    /// A client without a secret whose metadata had this digest (lower-case hexadecimal SHA-256).
    virtual std::optional<Client> findByMetadataDigest(std::string_view digest) = 0;
    /// Throws Conflict if the digest is taken meanwhile; the unit of work stays usable then.
    virtual void add(const Client& client, const std::optional<std::string>& metadataDigest, Instant now) = 0;
    /// Replaces what a dynamic client registered (RFC 7592 §2.2). False if it does not exist or is static.
    virtual bool update(const Client& client) = 0;
    /// With its grants, tokens and sessions, its personal sessions and their tokens. How many live sessions ended by that; nothing if
    /// it does not exist.
    virtual std::optional<std::int64_t> remove(const Ulid& id) = 0;
    /// Somebody registered the same again: it counts as registered now, and is not removed for want of use meanwhile. False if it is gone.
    virtual bool renew(const Ulid& id, Instant now) = 0;

    virtual std::vector<Client> allStatic() = 0;
    /// Inserts, or overwrites all columns; an existing dynamic client of that id becomes static.
    virtual void upsertStatic(const Client& client, Instant now) = 0;

    virtual std::optional<ClientRegistration> registration(const Ulid& id) = 0;
    virtual void setRegistration(const Ulid& id, const ClientRegistration& registration, Instant now) = 0;

    /// Remembers the `jti` of a client assertion until a while after it expires (RFC 7523 §3 item 7). False if it is known already: a replay.
    virtual bool rememberAssertion(const Ulid& clientId, std::string_view jti, Instant expiresAt) = 0;
};

}  // namespace latchkey
