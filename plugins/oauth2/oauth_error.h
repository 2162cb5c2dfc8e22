// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/error.h"
#include "plugins/http/api/problem.h"
#include "plugins/http/api/response.h"

#include <string>

namespace latchkey::oauth2 {

/// Ends a request with an error of RFC 6749 §5.2 (or of one of its extensions). what() is for the log; `description` is for the
/// client's developer, of what is allowed there (domain/oauth2/error_description.h), and never holds a secret.
class OAuthError : public Error {
public:
    OAuthError(int status, std::string code, std::string description, const std::string& detail = {});
    int status() const noexcept { return status_; }
    const std::string& code() const noexcept { return code_; }
    const std::string& description() const noexcept { return description_; }

private:
    int status_;
    std::string code_;
    std::string description_;
};

// The ones that are thrown in many places.
OAuthError invalidRequest(std::string description);        ///< 400
OAuthError invalidGrant(std::string description);          ///< 400
OAuthError invalidScope(std::string description);          ///< 400
OAuthError unauthorizedClient(std::string description);    ///< 400
OAuthError invalidClient(std::string description, const std::string& detail = {});  ///< 401

/// {"error": …, "error_description": …}, not to be stored. `basic`: the client tried HTTP Basic, so a 401 must say so (§5.2).
http::Response errorResponse(int status, const std::string& code, const std::string& description, bool basic = false);
/// What the front could not answer otherwise, in this protocol's form (500, 503, 413 …).
http::Response problemResponse(const http::Problem& problem);

}  // namespace latchkey::oauth2
