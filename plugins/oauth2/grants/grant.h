// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/client.h"
#include "domain/oauth2/scope.h"
#include "plugins/http/api/request.h"
#include "plugins/oauth2/form.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::oauth2 {

/// A token request whose client is known.
struct TokenRequest {
    const Client& client;
    const Form& form;
    const http::Request& http;
    Instant now;
    std::optional<std::string> userAgent() const;
};

/// RFC 6749 §5.1.
struct TokenAnswer {
    std::string accessToken;
    std::int64_t expiresInSeconds = 0;
    std::optional<std::string> refreshToken;
    std::optional<std::string> idToken;
    Scope scope;
};

/// One value of grant_type. Takes units of work of its own, so that it can call out between them. Thread-safe.
class Grant {
public:
    virtual ~Grant() = default;
    virtual std::string_view type() const = 0;
    /// Whether the client registered for it.
    virtual bool allows(const Client& client) const = 0;
    /// Throws OAuthError.
    virtual TokenAnswer exchange(const TokenRequest& request) const = 0;
};

}  // namespace latchkey::oauth2
