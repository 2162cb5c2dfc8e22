// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/matrix_error.h"

#include "plugins/compat/matrix_json.h"

namespace latchkey::compat {

http::Response errorResponse(const MatrixError& error) {
    JsonWriter body;
    body.text("errcode", error.code()).text("error", error.what());
    const int wait = error.retryAfterSeconds();
    if (wait > 0) body.number("retry_after_ms", std::int64_t{wait} * 1000);
    http::Response response = http::json(error.status(), body.str()).noStore();
    if (wait > 0) response.header("Retry-After", std::to_string(wait));
    return response;
}

http::Response problemResponse(const http::Problem& problem) {
    const char* code = problem.status == 413 ? "M_TOO_LARGE" : problem.status == 404 || problem.status == 405 ? "M_UNRECOGNIZED" : "M_UNKNOWN";
    JsonWriter body;
    body.text("errcode", code).text("error", problem.title + " (request " + problem.requestId + ")");
    if (problem.retryAfterSeconds > 0) body.number("retry_after_ms", std::int64_t{problem.retryAfterSeconds} * 1000);
    return http::json(problem.status, body.str()).noStore();
}

}  // namespace latchkey::compat
