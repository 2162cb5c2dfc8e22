// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/bearer_token.h"

namespace latchkey::oauth2 {

BearerToken BearerToken::from(const http::Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto fields = request.headers.all("Authorization");
    const auto form = request.mediaType() == "application/x-www-form-urlencoded" ? http::Parameters::parse(request.body) : std::nullopt;
    const auto inForm = form ? form->get("access_token") : std::nullopt;
    if (fields.size() > 1 || (form && form->count("access_token") > 1) || (!fields.empty() && inForm)) return {State::malformed, {}};
    if (inForm) return {State::found, std::string(*inForm)};
    if (fields.empty()) return {};
    const std::string_view field = fields.front();
    if (field.size() <= kScheme.size() || !http::equalIgnoringCase(field.substr(0, kScheme.size()), kScheme)) return {State::malformed, {}};
    return {State::found, std::string(field.substr(kScheme.size()))};
}

http::Response bearerChallenge(int status, const std::string& error, const std::string& description) {
    std::string value = "Bearer realm=\"latchkey\"";
    if (!error.empty()) value += ", error=\"" + error + "\", error_description=\"" + description + "\"";
    return http::empty(status).header("WWW-Authenticate", value).noStore();
}

}  // namespace latchkey::oauth2
