// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/oauth2/scope.h"
#include "domain/time.h"

#include <optional>
#include <string>

namespace latchkey {

/// One run of the device authorization flow (RFC 8628).
struct DeviceCodeGrant {
    enum class State { pending, fulfilled, rejected, exchanged };

    Ulid id;
    Ulid clientId;
    State state = State::pending;
    Scope scope;
    Instant createdAt;
    Instant expiresAt;
    std::optional<Ulid> browserSessionId;  ///< who decided
    std::optional<Ulid> sessionId;         ///< of an exchanged one
    std::optional<std::string> ipAddress;  ///< of the device
    std::optional<std::string> userAgent;
    std::optional<std::string> locale;
    std::optional<Duration> accessTokenLifetime;  ///< that the policy set; nothing: the configuration's
};

/// What a person agreed to.
struct DeviceApproval {
    std::optional<std::string> locale = {};
    std::optional<Scope> scope = {};                    ///< instead of what was asked
    std::optional<Duration> accessTokenLifetime = {};
};

}  // namespace latchkey
