// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"

#include <optional>
#include <string>
#include <vector>

namespace latchkey {

/// An OAuth 2.0 client (RFC 7591 §2), static (from the configuration) or registered.
struct Client {
    Ulid id;                                           ///< client_id is its text form
    std::optional<std::string> encryptedSecret;        ///< domain/crypto/encrypter.h
    std::optional<std::string> applicationType;        ///< "web", "native"
    std::vector<std::string> redirectUris;
    bool grantAuthorizationCode = false;
    bool grantRefreshToken = false;
    bool grantClientCredentials = false;
    bool grantDeviceCode = false;
    std::optional<std::string> name;
    std::optional<std::string> logoUri;
    std::optional<std::string> clientUri;
    std::optional<std::string> policyUri;
    std::optional<std::string> tosUri;
    std::optional<std::string> jwksUri;                ///< never together with jwks
    std::optional<std::string> jwks;                   ///< JSON text: {"keys": […]}
    std::optional<std::string> idTokenSignedResponseAlg;
    std::optional<std::string> userinfoSignedResponseAlg;
    std::optional<std::string> tokenEndpointAuthMethod; ///< nothing: a client that was registered without one
    std::optional<std::string> tokenEndpointAuthSigningAlg;
    std::optional<std::string> initiateLoginUri;
    bool isStatic = false;

    std::string clientId() const { return id.text(); }
    bool isPublic() const { return tokenEndpointAuthMethod == "none"; }
    bool operator==(const Client&) const = default;
};

}  // namespace latchkey
