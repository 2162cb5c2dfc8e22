// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/oauth_error.h"

#include "domain/oauth2/error_description.h"
#include "plugins/oauth2/json.h"

namespace latchkey::oauth2 {

OAuthError::OAuthError(int status, std::string code, std::string description, const std::string& detail)
    : Error(code + ": " + description + (detail.empty() ? "" : " (" + detail + ")")),
      status_(status),
      code_(std::move(code)),
      description_(errorDescription(std::move(description))) {}

OAuthError invalidRequest(std::string description) { return {400, "invalid_request", std::move(description)}; }
OAuthError invalidGrant(std::string description) { return {400, "invalid_grant", std::move(description)}; }
OAuthError invalidScope(std::string description) { return {400, "invalid_scope", std::move(description)}; }
OAuthError unauthorizedClient(std::string description) { return {400, "unauthorized_client", std::move(description)}; }
OAuthError invalidClient(std::string description, const std::string& detail) { return {401, "invalid_client", std::move(description), detail}; }

http::Response errorResponse(int status, const std::string& code, const std::string& description, bool basic) {
    JsonObject body;
    body.text("error", code).text("error_description", description);
    http::Response response = http::json(status, body.str()).noStore();
    if (status == 401 && basic) response.headers.set("WWW-Authenticate", "Basic realm=\"oauth2\", charset=\"UTF-8\"");
    return response;
}

http::Response problemResponse(const http::Problem& problem) {
    const char* code = problem.status == 503 ? "temporarily_unavailable" : problem.status >= 500 ? "server_error" : "invalid_request";
    return errorResponse(problem.status, code, problem.title + " (request " + problem.requestId + ")");
}

}  // namespace latchkey::oauth2
