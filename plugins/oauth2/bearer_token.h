// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"

#include <optional>
#include <string>

namespace latchkey::oauth2 {

/// How a resource request carries its token (RFC 6750 §2): in the Authorization field, or in a POST's form.
struct BearerToken {
    enum class State { found, absent, malformed } state = State::absent;
    std::string token;

    static BearerToken from(const http::Request& request);
};

/// An answer with WWW-Authenticate (RFC 6750 §3); `error` is empty where no token was sent.
http::Response bearerChallenge(int status, const std::string& error, const std::string& description);

}  // namespace latchkey::oauth2
