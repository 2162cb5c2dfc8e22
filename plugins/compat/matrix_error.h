// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/error.h"
#include "plugins/http/api/problem.h"
#include "plugins/http/api/response.h"

#include <string>

namespace latchkey::compat {

/// Ends a request with a standard error response of Matrix's client-server API. `message` may be shown to anybody.
class MatrixError : public Error {
public:
    MatrixError(int status, std::string code, const std::string& message, int retryAfterSeconds = 0)
        : Error(message), status_(status), code_(std::move(code)), retryAfterSeconds_(retryAfterSeconds) {}
    int status() const noexcept { return status_; }
    const std::string& code() const noexcept { return code_; }
    int retryAfterSeconds() const noexcept { return retryAfterSeconds_; }

private:
    int status_;
    std::string code_;
    int retryAfterSeconds_;
};

/// {"errcode": …, "error": …}, with `retry_after_ms` and Retry-After if there is a time to wait.
http::Response errorResponse(const MatrixError& error);
/// What the front could not answer otherwise, in this protocol's form.
http::Response problemResponse(const http::Problem& problem);

}  // namespace latchkey::compat
