// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/crypto/encrypter.h"
#include "domain/jose/key_set.h"
#include "domain/oauth2/client.h"
#include "domain/store.h"

#include <optional>
#include <string>

namespace latchkey {

/// Reads the ID tokens of this server when they come back, as id_token_hint: however old they are, but only its own. Thread-safe.
class LATCHKEY_API IdTokenReader {
public:
    IdTokenReader(Store& store, const Encrypter& encrypter, const jose::KeyStore& keys, std::string issuer)
        : store_(store), encrypter_(encrypter), keys_(keys), issuer_(std::move(issuer)) {}

    struct Hint {
        std::string subject;
        Client client;  ///< whom it was made for
    };
    /// Nothing if this server did not sign it, or made it for a client that is gone.
    std::optional<Hint> read(const std::string& idToken) const;

private:
    Store& store_;
    const Encrypter& encrypter_;
    const jose::KeyStore& keys_;
    std::string issuer_;
};

/// The secret that the client has; nothing if it has none, or another key encrypted it.
LATCHKEY_API std::optional<std::string> clientSecret(const Encrypter& encrypter, const Client& client);

}  // namespace latchkey
