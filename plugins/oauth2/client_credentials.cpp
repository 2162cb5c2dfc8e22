// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/client_credentials.h"

#include "domain/crypto/encoding.h"
#include "domain/jose/claims.h"
#include "domain/jose/jws.h"
#include "plugins/http/api/escape.h"
#include "plugins/oauth2/oauth_error.h"

namespace latchkey::oauth2 {

namespace {

constexpr std::string_view kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// The credentials of `scheme` in an Authorization field; nothing if it names another scheme.
std::optional<std::string_view> credentialsOf(std::string_view field, std::string_view scheme) {
    if (field.size() <= scheme.size() || field[scheme.size()] != ' ' || !http::equalIgnoringCase(field.substr(0, scheme.size()), scheme)) return std::nullopt;
    field.remove_prefix(scheme.size() + 1);
    while (field.starts_with(' ')) field.remove_prefix(1);
    return field;
}

ClientCredentials fromBasic(std::string_view encoded) {
    const auto decoded = fromBase64(encoded);
    const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos) throw invalidRequest("the Authorization field holds no Basic credentials");
    ClientCredentials found{.method = ClientCredentials::Method::basic, .clientId = decoded->substr(0, colon), .secret = decoded->substr(colon + 1), .assertion = {}, .decodedSecret = {}};
    found.decodedSecret = http::percentDecode(found.secret, true);
    if (const auto id = http::percentDecode(found.clientId, true)) found.clientId = *id;
    return found;
}

ClientCredentials fromAssertion(const Form& form) {
    if (form.required("client_assertion_type") != kAssertionType) throw invalidRequest("client_assertion_type must be " + std::string(kAssertionType));
    ClientCredentials found{.method = ClientCredentials::Method::assertion, .clientId = {}, .secret = {}, .assertion = form.required("client_assertion"), .decodedSecret = {}};
    const auto jws = jose::Jws::parse(found.assertion);
    const auto subject = jws ? jose::Claims::parse(jws->payload).text("sub") : std::nullopt;
    if (!subject) throw invalidRequest("client_assertion is not a signed JWT with a subject");
    found.clientId = *subject;
    return found;
}

}  // namespace

ClientCredentials ClientCredentials::from(const http::Request& request, const Form& form) {
    const auto authorization = request.headers.all("Authorization");
    const auto clientId = form.optional("client_id");
    const auto secret = form.optional("client_secret");
    const bool assertion = form.optional("client_assertion") || form.optional("client_assertion_type");
    if (authorization.size() > 1 || (!authorization.empty() + secret.has_value() + assertion) > 1) throw invalidRequest("more than one way of client authentication was used");
    ClientCredentials found;
    if (!authorization.empty()) {
        const auto bearer = credentialsOf(authorization[0], "Bearer");
        const auto basic = credentialsOf(authorization[0], "Basic");
        if (!bearer && !basic) throw invalidRequest("the Authorization field names neither Basic nor Bearer");
        if (bearer && clientId) throw invalidRequest("more than one way of client authentication was used");
        if (bearer) return {.method = Method::bearer, .clientId = {}, .secret = std::string(*bearer), .assertion = {}, .decodedSecret = {}};
        found = fromBasic(*basic);
    } else if (assertion) {
        found = fromAssertion(form);
    } else {
        if (!clientId) throw invalidRequest("no client authentication was given: client_id is missing");
        found = {.method = secret ? Method::post : Method::none, .clientId = *clientId, .secret = secret.value_or(""), .assertion = {}, .decodedSecret = {}};
    }
    if (clientId && *clientId != found.clientId) throw invalidRequest("client_id names another client than the credentials");
    return found;
}

}  // namespace latchkey::oauth2
