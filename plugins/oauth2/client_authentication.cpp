// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/client_authentication.h"

#include "domain/clock.h"
#include "domain/oauth2/client_repository.h"
#include "domain/oauth2/id_token_reader.h"
#include "domain/outgoing_http.h"
#include "domain/secret.h"
#include "plugins/oauth2/client_assertion.h"
#include "plugins/oauth2/oauth_error.h"

namespace latchkey::oauth2 {

namespace {

using Method = ClientCredentials::Method;
using Bucket = RateLimiter::Bucket;

// The method that the client registered must be the one it uses (RFC 7591 §2).
bool fits(const std::string& registered, Method used) {
    switch (used) {
    case Method::none: return registered == "none";
    case Method::basic: return registered == "client_secret_basic";
    case Method::post: return registered == "client_secret_post";
    case Method::assertion: return registered == "client_secret_jwt" || registered == "private_key_jwt";
    case Method::bearer: break;
    }
    return false;
}

}  // namespace

ClientAuthentication::ClientAuthentication(Store& store, const Encrypter& encrypter, FailureGuard& guard, KeysAtUri keysAtUri, Settings settings)
    : store_(store), encrypter_(encrypter), guard_(guard), keysAtUri_(std::move(keysAtUri)), settings_(std::move(settings)) {}

Client ClientAuthentication::authenticate(const http::Request& request, const Form& form) const {
    return authenticate(request, ClientCredentials::from(request, form));
}

Client ClientAuthentication::authenticate(const http::Request& request, const ClientCredentials& credentials) const {
    if (credentials.method == Method::bearer) throw invalidClient("a bearer token is no client authentication here");
    if (credentials.method == Method::none) return identified(credentials);
    const std::string ip = request.clientIp.value_or("unknown");
    guard_.requireOpen(Bucket::clientSecretPerIp, ip);
    guard_.requireOpen(Bucket::clientSecretPerClient, credentials.clientId);
    try {
        return proven(credentials);
    } catch (const OAuthError& error) {
        if (error.code() == "invalid_client") guard_.failed(Bucket::clientSecretPerIp, ip);
        throw;
    }
}

Client ClientAuthentication::identified(const ClientCredentials& credentials) const {
    auto client = find(credentials.clientId);
    if (!client) throw invalidClient("the client is not known");
    if (!client->tokenEndpointAuthMethod) throw invalidClient("the client was registered without an authentication method: register it again with one");
    if (!fits(*client->tokenEndpointAuthMethod, credentials.method)) throw invalidClient("the client is registered for another authentication method: " + *client->tokenEndpointAuthMethod);
    return std::move(*client);
}

// Guesses count against the client only where there is a secret to guess: nobody may shut out the others.
Client ClientAuthentication::proven(const ClientCredentials& credentials) const {
    Client client = identified(credentials);
    try {
        if (credentials.method == Method::assertion) requireAssertion(client, credentials);
        else requireSecret(client, credentials);
        return client;
    } catch (const OAuthError& error) {
        const bool guess = error.code() == "invalid_client" && client.tokenEndpointAuthMethod != "private_key_jwt";
        if (guess) guard_.failed(Bucket::clientSecretPerClient, client.clientId());
        throw;
    }
}

std::optional<Client> ClientAuthentication::find(const std::string& clientId) const {
    const auto id = Ulid::parse(clientId);
    if (!id) return std::nullopt;
    return store_.reading()->clients().find(*id);
}

std::string ClientAuthentication::secretOf(const Client& client) const {
    const auto secret = clientSecret(encrypter_, client);
    if (!secret) throw OAuthError(500, "server_error", "the client's secret cannot be read", "client " + client.clientId() + ": was secrets.encryption changed?");
    return *secret;
}

void ClientAuthentication::requireSecret(const Client& client, const ClientCredentials& credentials) const {
    const std::string secret = secretOf(client);
    const bool asSent = constantTimeEquals(credentials.secret, secret);
    const bool decoded = credentials.decodedSecret && constantTimeEquals(*credentials.decodedSecret, secret);
    if (!asSent && !decoded) throw invalidClient("the client secret is wrong");
}

std::vector<jose::Key> ClientAuthentication::keysOf(const Client& client, const std::string& kid) const {
    if (client.tokenEndpointAuthMethod == "client_secret_jwt") return {jose::Key::secret(secretOf(client))};
    if (client.jwks) {
        const auto keys = jose::KeySet::parse(*client.jwks);
        return keys ? keys->keys() : std::vector<jose::Key>{};
    }
    if (!client.jwksUri) return {};
    try {
        return keysAtUri_(*client.jwksUri, kid)->keys();
    } catch (const OutgoingHttpError& error) {
        throw invalidClient("the keys of the client cannot be had from its jwks_uri", error.what());
    }
}

void ClientAuthentication::requireAssertion(const Client& client, const ClientCredentials& credentials) const {
    const auto jws = jose::Jws::parse(credentials.assertion);
    if (!jws) throw invalidClient("the client assertion is no signed JWT with an algorithm that is supported");
    const Instant now = currentTime();
    const CheckedAssertion checked = checkAssertion(*jws, client, settings_.audiences, now);
    if (!jws->verify(keysOf(client, jws->kid))) throw invalidClient("the signature of the client assertion does not fit the client's keys");
    const auto work = store_.begin();
    if (!work->clients().rememberAssertion(client.id, checked.jti, checked.expiresAt)) throw invalidClient("the client assertion was used before");
    work->commit();
}

}  // namespace latchkey::oauth2
