// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/oauth2/endpoints/provider_world.h"

#include "plugins/oauth2/oauth_surface.h"
#include "tests/domain/jose/vectors.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace latchkey::oauth2 {

FixedKeys::FixedKeys()
    : keys_(std::make_shared<jose::KeySet>(std::vector{jose::Key::parsePrivate(jose::test::kRsaPkcs8), jose::Key::parsePrivate(jose::test::kP256Pkcs8)})) {}

ProviderWorld::ProviderWorld() {
    settings.metadata.url = {"https://auth.example.com/", "https://auth.example.com/"};
    settings.assertionAudiences = {"https://auth.example.com/"};
    settings.homeserverSecret.value = config::Secret("homeserver-secret");
    restart();
}

void ProviderWorld::restart(RateLimiter* limiter) {
    const auto noKeys = [](const std::string&, const std::string&) { return std::make_shared<const jose::KeySet>(); };
    provider = std::make_unique<Provider>(settings, Neighbours{base.store(), encrypter, keys, otherPolicy != nullptr ? *otherPolicy : policy, limiter != nullptr ? *limiter : noLimits, recorder, noKeys, homeserver, userLocks, &room, &events});
}

http::Response ProviderWorld::call(const std::string& method, const std::string& path, const Fields& form, const Fields& headers) const {
    OAuthSurface surface(*provider);
    http::Routes routes;
    surface.mount(routes);
    http::Request request;
    request.method = method;
    request.path = path;
    request.clientIp = clientIp;
    request.headers.set("User-Agent", "Client/1");
    if (method == "POST") request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body = formEncode(form);
    for (const auto& [name, value] : headers) request.headers.set(name, value);
    for (const http::Route& each : routes.list()) {
        if (each.method == method && each.pattern == path) return each.handler(request);
    }
    throw std::logic_error("no route " + method + " " + path);
}

http::Response ProviderWorld::post(const std::string& path, Fields form, const Fields& credentials) const {
    form.insert(form.end(), credentials.begin(), credentials.end());
    return call("POST", path, form);
}

http::Response ProviderWorld::introspect(const std::string& token, const std::string& hint) const {
    Fields form = {{"token", token}};
    if (!hint.empty()) form.emplace_back("token_type_hint", hint);
    return call("POST", "/oauth2/introspect", form, {{"Authorization", "Bearer homeserver-secret"}});
}

Made ProviderWorld::client(const std::function<void(Client&)>& change) {
    Made made{.client = {}, .secret = "a-secret-of-64-characters-0123456789-0123456789-0123456789-012345"};
    made.client.id = newId(currentTime());
    made.client.tokenEndpointAuthMethod = "client_secret_post";
    made.client.redirectUris = {kRedirectUri};
    made.client.grantAuthorizationCode = made.client.grantRefreshToken = made.client.grantClientCredentials = made.client.grantDeviceCode = true;
    change(made.client);
    if (made.client.tokenEndpointAuthMethod.value_or("").starts_with("client_secret")) made.client.encryptedSecret = encrypter.encrypt(made.secret);
    else made.secret.clear();
    base.commit([&](UnitOfWork& work) { work.clients().add(made.client, std::nullopt, currentTime()); });
    return made;
}

Allowed ProviderWorld::allow(const Made& client, const Ulid& user, const std::string& scope, const std::function<void(AuthorizationGrant&)>& change) {
    const Instant now = currentTime();
    AuthorizationGrant grant;
    grant.id = newId(now);
    grant.clientId = client.client.id;
    grant.redirectUri = kRedirectUri;
    grant.scope = contract::scope(scope);
    grant.createdAt = now;
    change(grant);
    OAuthSession session;
    session.id = newId(now);
    session.clientId = client.client.id;
    session.userId = user;
    session.scope = grant.scope;
    session.createdAt = now;
    const std::string code = "code-" + std::to_string(++codes_);
    base.commit([&](UnitOfWork& work) {
        work.authorizationGrants().add(grant, code);
        work.oauthSessions().add(session);
        if (!work.authorizationGrants().fulfil(grant.id, session.id, grant.fulfilledAt.value_or(now))) throw std::logic_error("the grant is not pending");
    });
    return {code, session.id};
}

namespace {

Poco::JSON::Object::Ptr object(const http::Response& response) {
    Poco::JSON::Parser parser;
    return parser.parse(std::string(response.content())).extract<Poco::JSON::Object::Ptr>();
}

}  // namespace

std::string member(const http::Response& response, const std::string& name) {
    const auto value = object(response)->get(name);
    return value.isEmpty() ? "absent" : value.convert<std::string>();
}

std::string members(const http::Response& response) {
    std::string names;
    const Poco::JSON::Object::Ptr all = object(response);
    for (const auto& [name, value] : *all) names += (names.empty() ? "" : " ") + name;
    return names;
}

std::string outcome(const http::Response& response) {
    const std::string status = std::to_string(response.status);
    return response.status < 400 || response.content().empty() ? status : status + " " + member(response, "error");
}

bool active(const http::Response& response) { return response.status == 200 && member(response, "active") == "true"; }

}  // namespace latchkey::oauth2
