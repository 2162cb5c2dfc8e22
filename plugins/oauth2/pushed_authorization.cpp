// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/pushed_authorization.h"

#include "domain/clock.h"
#include "domain/oauth2/authorization_grant_repository.h"
#include "domain/secret.h"
#include "plugins/oauth2/json.h"
#include "plugins/oauth2/oauth_error.h"

#include <algorithm>

namespace latchkey::oauth2 {

namespace {

constexpr Duration kLifetime = Duration::seconds(90);
constexpr std::string_view kCredentials[] = {"client_secret", "client_assertion", "client_assertion_type"};

// What the request asks for, without what proves who asks.
AuthorizationParameters withoutCredentials(const Form& form, const Client& client) {
    AuthorizationParameters parameters = {{"client_id", client.clientId()}};
    for (const auto& [name, value] : form.all().items()) {
        if (name != "client_id" && std::ranges::find(kCredentials, name) == std::end(kCredentials)) parameters.emplace_back(name, value);
    }
    return parameters;
}

void requireValid(const AuthorizationParameters& parameters, const Client& client, const AuthorizationRequest::Rules& rules) {
    try {
        AuthorizationRequest::parse(parameters, [&](const std::string&) { return std::optional(client); }, rules);
    } catch (const AuthorizationRejection& rejection) {
        throw OAuthError(400, rejection.code(), rejection.description());
    }
}

}  // namespace

http::Response PushedAuthorization::post(const http::Request& request) const {
    const Form form = Form::parse(request);
    const Client client = clients_.authenticate(request, form);
    if (form.optional("request_uri")) throw invalidRequest("request_uri must not be pushed");
    const AuthorizationParameters parameters = withoutCredentials(form, client);
    requireValid(parameters, client, rules_);

    JsonObject json;
    for (const auto& [name, value] : parameters) json.text(name, value);
    const std::string uri = "urn:ietf:params:oauth:request_uri:" + randomAlphanumerics(32);
    const auto work = store_.begin();
    work->authorizationGrants().push(uri, client.id, json.str(), currentTime() + kLifetime);
    work->commit();
    JsonObject answer;
    answer.text("request_uri", uri).number("expires_in", kLifetime.us / 1'000'000);
    return http::json(201, answer.str()).noStore();
}

}  // namespace latchkey::oauth2
