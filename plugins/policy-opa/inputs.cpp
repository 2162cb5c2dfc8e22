// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-opa/inputs.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/JSON/Parser.h>

namespace latchkey::opa {

namespace {

using Object = Poco::JSON::Object::Ptr;
using Poco::Dynamic::Var;

Var text(const std::optional<std::string>& value) { return value ? Var(*value) : Var(); }

Var time(const std::optional<Instant>& value) {
    return value ? Var(Poco::DateTimeFormatter::format(Poco::Timestamp(value->us), "%Y-%m-%dT%H:%M:%S.%FZ")) : Var();
}

Poco::JSON::Array::Ptr array(const std::vector<std::string>& items) {
    Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
    for (const std::string& item : items) list->add(item);
    return list;
}

Object object() { return new Poco::JSON::Object; }

Object requester(const PolicyRequester& from) {
    Object json = object();
    json->set("ip_address", text(from.ipAddress));
    json->set("user_agent", text(from.userAgent));
    return json;
}

Object user(const User& from) {
    Object json = object();
    json->set("id", from.id.text());
    json->set("sub", from.id.text());
    json->set("username", from.username);
    json->set("created_at", time(from.createdAt));
    json->set("locked_at", time(from.lockedAt));
    json->set("deactivated_at", time(from.deactivatedAt));
    json->set("can_request_admin", from.canRequestAdmin);
    json->set("is_guest", from.isGuest);
    return json;
}

Object counts(const SessionCounts& from) {
    Object json = object();
    json->set("total", from.total());
    json->set("oauth2", from.oauth2);
    json->set("compat", from.compat);
    json->set("personal", from.personal);
    return json;
}

Var jwks(const Client& from) {
    Object json = object();
    if (from.jwks) json->set("jwks", Poco::JSON::Parser().parse(*from.jwks));
    else if (from.jwksUri) json->set("jwks_uri", *from.jwksUri);
    else return {};
    return json;
}

std::vector<std::string> grantTypes(const Client& from) {
    std::vector<std::string> types;
    if (from.grantAuthorizationCode) types.emplace_back("authorization_code");
    if (from.grantRefreshToken) types.emplace_back("refresh_token");
    if (from.grantClientCredentials) types.emplace_back("client_credentials");
    if (from.grantDeviceCode) types.emplace_back("urn:ietf:params:oauth:grant-type:device_code");
    return types;
}

Object client(const Client& from) {
    Object json = object();
    json->set("id", from.id.text());
    json->set("client_id", from.clientId());
    json->set("redirect_uris", array(from.redirectUris));
    json->set("grant_types", array(grantTypes(from)));
    json->set("jwks", jwks(from));
    json->set("is_static", from.isStatic);
    const std::pair<const char*, const std::optional<std::string>&> texts[] = {
        {"application_type", from.applicationType}, {"client_name", from.name}, {"logo_uri", from.logoUri}, {"client_uri", from.clientUri},
        {"policy_uri", from.policyUri}, {"tos_uri", from.tosUri}, {"id_token_signed_response_alg", from.idTokenSignedResponseAlg},
        {"userinfo_signed_response_alg", from.userinfoSignedResponseAlg}, {"token_endpoint_auth_method", from.tokenEndpointAuthMethod},
        {"token_endpoint_auth_signing_alg", from.tokenEndpointAuthSigningAlg}, {"initiate_login_uri", from.initiateLoginUri}};
    for (const auto& [key, value] : texts) json->set(key, text(value));
    return json;
}

Object login(const CompatLoginRequest& from) {
    Object json = object();
    json->set("type", from.loginType);
    if (from.redirectUri) json->set("redirect_uri", *from.redirectUri);
    return json;
}

Object inputFrom(const PolicyRequester& from) {
    Object json = object();
    json->set("requester", requester(from));
    return json;
}

}  // namespace

Object inputOf(const GrantRequest& request) {
    Object json = inputFrom(request.requester);
    json->set("user", request.user == nullptr ? Var() : Var(user(*request.user)));
    json->set("session_counts", request.sessions ? Var(counts(*request.sessions)) : Var());
    json->set("client", client(request.client));
    json->set("scope", request.scope.text());
    json->set("grant_type", request.grantType);
    return json;
}

Object inputOf(const RegistrationRequest& request) {
    Object json = inputFrom(request.requester);
    json->set("registration_method", request.method);
    json->set("username", request.username);
    if (request.email) json->set("email", *request.email);
    return json;
}

Object inputOf(const EmailRequest& request) {
    Object json = inputFrom(request.requester);
    json->set("email", request.email);
    return json;
}

Object inputOf(const ClientRegistrationRequest& request) {
    Object json = inputFrom(request.requester);
    json->set("client_metadata", Poco::JSON::Parser().parse(request.metadata));
    return json;
}

Object inputOf(const CompatLoginRequest& request) {
    Object json = inputFrom(request.requester);
    json->set("user", user(request.user));
    json->set("session_counts", counts(request.sessions));
    json->set("session_replaced", request.sessionReplaced);
    json->set("login", login(request));
    return json;
}

Object inputOf(const PersonalTokenRequest& request) {
    Object json = inputFrom(request.requester);
    json->set("user", user(request.user));
    json->set("session_counts", counts(request.sessions));
    json->set("scope", request.scope.text());
    json->set("lifetime", request.lifetime ? Var(request.lifetime->us / 1'000'000) : Var());
    return json;
}

}  // namespace latchkey::opa
