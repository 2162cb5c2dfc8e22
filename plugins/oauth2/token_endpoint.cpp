// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/token_endpoint.h"

#include "domain/clock.h"
#include "plugins/oauth2/json.h"
#include "plugins/oauth2/oauth_error.h"

namespace latchkey::oauth2 {

std::optional<std::string> TokenRequest::userAgent() const {
    constexpr std::size_t kLongest = 1024;
    const auto agent = http.headers.get("User-Agent");
    return agent ? std::optional<std::string>(agent->substr(0, kLongest)) : std::nullopt;
}

const Grant& TokenEndpoint::grantFor(const std::string& type) const {
    for (const auto& grant : grants_) {
        if (grant->type() == type) return *grant;
    }
    throw OAuthError(400, "unsupported_grant_type", "this grant_type is not supported");
}

TokenAnswer TokenEndpoint::exchange(const TokenRequest& request) const {
    const Grant& grant = grantFor(request.form.required("grant_type"));
    if (!grant.allows(request.client)) throw unauthorizedClient("the client may not use this grant_type");
    return grant.exchange(request);
}

http::Response TokenEndpoint::post(const http::Request& request) const {
    const Form form = Form::parse(request);
    const Client client = clients_.authenticate(request, form);
    const std::string type = form.optional("grant_type").value_or("");
    TokenAnswer answer;
    try {
        answer = exchange({.client = client, .form = form, .http = request, .now = currentTime()});
    } catch (...) {
        metrics_.tokenRequest(type, false);
        throw;
    }
    metrics_.tokenRequest(type, true);

    JsonObject json;
    json.text("access_token", answer.accessToken).text("token_type", "Bearer").number("expires_in", answer.expiresInSeconds);
    if (answer.refreshToken) json.text("refresh_token", *answer.refreshToken);
    if (answer.idToken) json.text("id_token", *answer.idToken);
    if (!answer.scope.empty()) json.text("scope", answer.scope.text());
    return http::json(200, json.str()).noStore();
}

}  // namespace latchkey::oauth2
