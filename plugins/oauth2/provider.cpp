// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/provider.h"

#include "plugins/oauth2/grants/authorization_code.h"
#include "plugins/oauth2/grants/client_credentials.h"
#include "plugins/oauth2/grants/device_code.h"
#include "plugins/oauth2/grants/refresh_token.h"

namespace latchkey::oauth2 {

namespace {

std::vector<std::unique_ptr<Grant>> grants(const Settings& settings, const Neighbours& n, const IdTokens& idTokens, const Devices& devices) {
    const Duration lifetime = settings.accessTokenLifetime;
    std::vector<std::unique_ptr<Grant>> all;
    all.push_back(std::make_unique<AuthorizationCodeGrant>(n.store, idTokens, devices, lifetime, n.events));
    all.push_back(std::make_unique<RefreshTokenGrant>(n.store, n.encrypter, n.policy, lifetime, n.events));
    all.push_back(std::make_unique<ClientCredentialsGrant>(n.store, n.policy, lifetime));
    if (settings.metadata.deviceCodeGrant) all.push_back(std::make_unique<DeviceCodeTokenGrant>(n.store, idTokens, devices, lifetime, n.events));
    return all;
}

AuthorizationRequest::Rules rulesWith(AuthorizationRequest::Rules rules, const jose::KeyStore& keys) {
    rules.keys = &keys;
    return rules;
}

}  // namespace

Provider::Provider(const Settings& settings, const Neighbours& n)
    : guard(n.limiter),
      clients(n.store, n.encrypter, guard, n.keysAtUri, {settings.assertionAudiences}),
      idTokens(n.keys, n.encrypter, settings.metadata.url.issuer),
      devices(n.store, n.homeserver, n.userLocks, n.room),
      token(clients, grants(settings, n, idTokens, devices), metrics),
      introspection(n.store, clients, guard, n.policy, n.activity, metrics, settings.readHomeserverSecret()),
      revocation(n.store, clients, n.events),
      userinfo(n.store, idTokens, n.activity),
      keys(n.keys),
      device(n.store, clients, n.keys, {settings.metadata.deviceCodeGrant, settings.completeVerificationUri, settings.metadata.url}),
      par(n.store, clients, rulesWith(settings.rules, n.keys)),
      registrar(n.encrypter, n.keys, n.policy, {settings.metadata.url, settings.metadata.deviceCodeGrant}),
      registration(n.store, n.limiter, registrar, metrics),
      management(n.store, registrar, n.events) {}

}  // namespace latchkey::oauth2
