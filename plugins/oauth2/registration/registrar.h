// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/crypto/encrypter.h"
#include "domain/jose/key_set.h"
#include "domain/oauth2/client.h"
#include "domain/policy/policy.h"
#include "plugins/http/api/public_url.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"
#include "plugins/oauth2/registration/client_metadata.h"

namespace latchkey::oauth2 {

/// What a client is told when it registers, and when it reads or changes its registration (RFC 7591 §3.2.1, RFC 7592 §3).
struct ClientInformation {
    Ulid id;
    std::optional<std::string> secret;
    std::optional<std::string> accessToken;  ///< nothing: it cannot be managed
    std::string metadata;                    ///< JSON: as registered
};

/// The steps that registration and its management share. Thread-safe.
class Registrar {
public:
    struct Settings {
        http::PublicUrl url;
        bool deviceCodeGrant = true;
    };
    Registrar(const Encrypter& encrypter, const jose::KeyStore& keys, Policy& policy, Settings settings)
        : encrypter_(encrypter), keys_(keys), policy_(policy), settings_(std::move(settings)) {}

    /// Reads and checks a request's metadata. Throws OAuthError.
    ClientMetadata read(const http::Request& request) const;
    /// Throws OAuthError with what the policy says. Never with a unit of work open.
    void requireAllowed(const ClientMetadata& metadata, const http::Request& request) const;
    /// The metadata as they are registered: with defaults, without grant and response types that this server does not offer.
    ClientMetadata completed(ClientMetadata metadata) const;
    Client client(const Ulid& id, const ClientMetadata& completed, const std::optional<std::string>& secret) const;
    std::optional<std::string> secretOf(const Client& client) const;
    http::Response answer(int status, const ClientInformation& information) const;

private:
    void completeAlgorithm(ClientMetadata& metadata) const;

    const Encrypter& encrypter_;
    const jose::KeyStore& keys_;
    Policy& policy_;
    const Settings settings_;
};

/// Whether a client with these metadata proves itself with a secret.
bool usesSecret(const ClientMetadata& completed);
/// Tells the log if one of its names may be taken for another client's. Pages tell people, too.
void noteLookalikes(const Ulid& client, const ClientMetadata& metadata);
std::string newClientSecret();
/// The grant types that a client was registered for.
std::vector<std::string> grantTypes(const Client& client);

}  // namespace latchkey::oauth2
