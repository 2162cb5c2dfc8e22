// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/oauth/delivery.h"

namespace latchkey::account {

namespace {

View formPostView(const AuthorizationTarget& target, const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::vector<View> fields;
    for (const auto& [name, value] : parameters) fields.push_back(View().set("name", name).set("value", value));
    return View().set("redirect_uri", target.redirectUri).set("fields", std::move(fields));
}

}  // namespace

http::Response deliver(Visit& visit, const AuthorizationTarget& target, std::vector<std::pair<std::string, std::string>> parameters) {
    parameters.emplace_back("iss", visit.site().settings.url.issuer);
    if (target.mode != ResponseMode::formPost) return visit.redirectTo(redirectLocation(target, parameters));
    if (target.state) parameters.emplace_back("state", *target.state);
    return visit.leadingTo(target.redirectUri).withScript().page(200, "form-post", formPostView(target, parameters));
}

http::Response deliverError(Visit& visit, const AuthorizationTarget& target, const std::string& code, const std::string& description) {
    return deliver(visit, target, {{"error", code}, {"error_description", description}});
}

AuthorizationTarget targetOf(const AuthorizationGrant& grant) { return {grant.redirectUri, grant.responseMode, grant.clientState}; }

std::vector<Sample> formPostSamples() {
    const AuthorizationTarget target{"https://app.example.com/callback", ResponseMode::formPost, std::nullopt};
    return {{"form-post", formPostView(target, {{"code", "sample"}, {"iss", "https://auth.example.com/"}})}};
}

}  // namespace latchkey::account
