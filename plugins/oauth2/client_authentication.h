// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/crypto/encrypter.h"
#include "domain/jose/key_set.h"
#include "domain/oauth2/client.h"
#include "domain/store.h"
#include "plugins/oauth2/client_credentials.h"
#include "plugins/oauth2/failure_guard.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace latchkey::oauth2 {

/// The keys at a client's jwks_uri; bounded in time and size, cached. Throws OutgoingHttpError if they cannot be had.
using KeysAtUri = std::function<std::shared_ptr<const jose::KeySet>(const std::string& uri, const std::string& kid)>;

/// Finds out which client makes a request (RFC 6749 §2.3, RFC 7523 §2.2). Thread-safe. Takes units of work of its own and holds none
/// while keys are fetched.
class ClientAuthentication {
public:
    struct Settings {
        std::vector<std::string> audiences;  ///< that an assertion may be for: the issuer, and what the configuration adds
    };
    ClientAuthentication(Store& store, const Encrypter& encrypter, FailureGuard& guard, KeysAtUri keysAtUri, Settings settings);

    /// Throws OAuthError: invalid_client (unknown, wrong secret, another method than registered), 429 after too many failures.
    Client authenticate(const http::Request& request, const Form& form) const;
    Client authenticate(const http::Request& request, const ClientCredentials& credentials) const;

private:
    Client identified(const ClientCredentials& credentials) const;
    Client proven(const ClientCredentials& credentials) const;
    std::optional<Client> find(const std::string& clientId) const;
    void requireSecret(const Client& client, const ClientCredentials& credentials) const;
    void requireAssertion(const Client& client, const ClientCredentials& credentials) const;
    std::vector<jose::Key> keysOf(const Client& client, const std::string& kid) const;
    std::string secretOf(const Client& client) const;

    Store& store_;
    const Encrypter& encrypter_;
    FailureGuard& guard_;
    KeysAtUri keysAtUri_;
    Settings settings_;
};

}  // namespace latchkey::oauth2
