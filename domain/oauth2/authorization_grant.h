// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/oauth2/scope.h"
#include "domain/time.h"

#include <optional>
#include <string>

namespace latchkey {

enum class ResponseMode { query, fragment, formPost };

/// RFC 7636 §4.
struct CodeChallenge {
    enum class Method { plain, s256 } method = Method::s256;
    std::string challenge;
    bool operator==(const CodeChallenge&) const = default;
};

/// One run of the authorization code flow. The code itself is not kept in memory after it was handed out: it is looked up.
struct AuthorizationGrant {
    enum class State { pending, fulfilled, exchanged, cancelled };

    Ulid id;
    Ulid clientId;
    State state = State::pending;
    std::optional<Ulid> sessionId;            ///< of a fulfilled or exchanged one
    std::string redirectUri;                  ///< where the answer goes
    bool redirectUriGiven = true;             ///< by the request; if so the token request must repeat it (RFC 6749 §4.1.3)
    Scope scope;
    std::optional<std::string> clientState;   ///< the parameter `state`
    std::optional<std::string> nonce;
    ResponseMode responseMode = ResponseMode::query;
    std::optional<CodeChallenge> challenge;
    bool responseTypeCode = true;
    bool responseTypeIdToken = false;
    std::optional<std::string> loginHint;
    std::optional<std::string> locale;
    std::string rawParameters = "{}";         ///< JSON object of strings: the request's query
    Instant createdAt;
    std::optional<Instant> fulfilledAt;
    std::optional<Instant> exchangedAt;
};

}  // namespace latchkey
