// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/authorization_grant.h"
#include "domain/oauth2/client.h"
#include "kernel/error.h"
#include "kernel/export.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::jose {
class KeyStore;
}

namespace latchkey {

/// Where the answer to an authorization request goes, and how.
struct AuthorizationTarget {
    std::string redirectUri;
    ResponseMode mode = ResponseMode::query;
    std::optional<std::string> state;
};

/// Why an authorization request is refused. With a target the client is told (RFC 6749 §4.1.2.1), else only the person is: the client,
/// or its redirect URI, is not to be trusted.
class LATCHKEY_API AuthorizationRejection : public Error {
public:
    AuthorizationRejection(std::string code, std::string description, std::optional<AuthorizationTarget> target = std::nullopt);
    ~AuthorizationRejection() override;
    const std::string& code() const noexcept { return code_; }
    const std::string& description() const noexcept { return description_; }
    const std::optional<AuthorizationTarget>& target() const noexcept { return target_; }

private:
    std::string code_;
    std::string description_;
    std::optional<AuthorizationTarget> target_;
};

/// The parameters of an authorization request, decoded, in order.
using AuthorizationParameters = std::vector<std::pair<std::string, std::string>>;

/// A valid authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1, RFC 7636 §4.3).
struct LATCHKEY_API AuthorizationRequest {
    struct Rules {
        bool plainCodeChallenge = false;  ///< `plain` is accepted
        /// A confidential client may go without PKCE.
        bool requirePkceOfAll = false;
        /// If given, a client whose ID tokens none of these keys can sign is refused the scope `openid`.
        const jose::KeyStore* keys = nullptr;
    };

    Client client;
    AuthorizationTarget target;
    bool redirectUriGiven = false;
    Scope scope;
    std::optional<std::string> nonce;
    std::optional<CodeChallenge> challenge;
    bool promptNone = false;
    bool promptLogin = false;
    bool promptConsent = false;
    bool promptCreate = false;
    bool promptSelectAccount = false;
    std::optional<std::int64_t> maxAgeSeconds;
    std::optional<std::string> loginHint;
    std::optional<std::string> idTokenHint;
    std::vector<std::string> uiLocales;
    std::vector<std::string> acrValues;

    /// `findClient` gives the client of a client_id, or nothing. Throws AuthorizationRejection.
    static AuthorizationRequest parse(const AuthorizationParameters& parameters, const std::function<std::optional<Client>(const std::string&)>& findClient, const Rules& rules);
};

/// The URL that carries `parameters` (and the state) to the client by query or fragment. A query ends with an empty fragment, so that
/// the browser does not carry one over from an earlier page of the flow.
LATCHKEY_API std::string redirectLocation(const AuthorizationTarget& target, const std::vector<std::pair<std::string, std::string>>& parameters);

/// application/x-www-form-urlencoded.
LATCHKEY_API std::string formEncode(const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace latchkey
