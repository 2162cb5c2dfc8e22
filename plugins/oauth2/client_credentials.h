// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"
#include "plugins/oauth2/form.h"

#include <optional>
#include <string>

namespace latchkey::oauth2 {

/// What a client presented to say who it is (RFC 6749 §2.3, RFC 7523 §2.2), not yet checked.
struct ClientCredentials {
    enum class Method { none, basic, post, assertion, bearer } method = Method::none;
    std::string clientId;     ///< empty with bearer
    std::string secret;       ///< basic, post: the secret; bearer: the token
    std::string assertion;    ///< the JWT

    bool basic() const { return method == Method::basic; }

    /// Throws invalid_request for a mix of methods (§2.3: a client must not use more than one per request), malformed ones or none.
    /// Basic's parts are form-encoded by the RFC (§2.3.1), and today's clients do not all do that: both readings are given.
    static ClientCredentials from(const http::Request& request, const Form& form);
    std::optional<std::string> decodedSecret;  ///< basic: the secret after form-decoding, if it can be decoded
};

}  // namespace latchkey::oauth2
