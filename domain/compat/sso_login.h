// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// A log-in that a Matrix client had a person make in the browser (`m.login.sso`): pending, then fulfilled by that person, then
/// exchanged by the client for a session (`m.login.token`).
struct CompatSsoLogin {
    Ulid id;
    std::string redirectUri;
    Instant createdAt;
    std::optional<Instant> fulfilledAt;
    std::optional<Instant> exchangedAt;
    std::optional<Ulid> browserSessionId;  ///< since it was fulfilled
    std::optional<Ulid> compatSessionId;   ///< since it was exchanged

    bool pending() const { return !fulfilledAt && !exchangedAt; }
    bool approvableAt(Instant now) const { return now - createdAt <= Duration::seconds(30 * 60); }
    bool exchangeableAt(Instant now) const { return fulfilledAt && !exchangedAt && now - *fulfilledAt <= Duration::seconds(30); }
};

class LATCHKEY_API CompatSsoLoginRepository {
public:
    virtual ~CompatSsoLoginRepository();
    virtual std::optional<CompatSsoLogin> find(const Ulid& id) = 0;
    virtual std::optional<CompatSsoLogin> findByToken(std::string_view token) = 0;
    virtual void add(const CompatSsoLogin& login, std::string_view token) = 0;
    /// pending → fulfilled, under a login token that nobody saw before. False if it is not pending.
    virtual bool fulfil(const Ulid& id, const Ulid& browserSessionId, std::string_view token, Instant now) = 0;
    /// fulfilled → exchanged. False if somebody else was first.
    virtual bool exchange(const Ulid& id, const Ulid& compatSessionId, Instant now) = 0;
};

}  // namespace latchkey
