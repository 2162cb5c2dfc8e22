// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;
namespace Poco::JSON {
class Object;
}

namespace latchkey::jose {

/// JWS algorithms (RFC 7518 §3.1, RFC 8037, RFC 8812). There is no `none`.
enum class Algorithm { hs256, hs384, hs512, rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, es256k, edDsa };
LATCHKEY_API std::optional<Algorithm> parseAlgorithm(std::string_view name);  ///< exact spelling
LATCHKEY_API std::string_view algorithmName(Algorithm algorithm);
/// HS*: who can verify can sign.
LATCHKEY_API bool isSymmetric(Algorithm algorithm);
/// The left half of the hash that belongs to the algorithm, base64url: `at_hash` and `c_hash` (OpenID Connect Core §3.1.3.6).
LATCHKEY_API std::string halfHash(Algorithm algorithm, std::string_view text);

/// A public, private or (for HS*) secret key. Immutable, cheap to copy, thread-safe.
class LATCHKEY_API Key {
public:
    enum class Type { rsa, p256, p384, p521, secp256k1, ed25519, secret };

    /// PEM or DER; PKCS#1, PKCS#8 (plain or encrypted), SEC1. Throws Error that says what is wrong (encrypted and no password, a
    /// password for a plain key, an unknown curve, RSA below 2048 bits) and never holds key material.
    static Key parsePrivate(std::string_view pemOrDer, const std::optional<std::string>& password = std::nullopt);
    /// A JWK (RFC 7517) with a public key. Nothing if it is malformed, weak (RSA below 2048 bits), of an unknown kind, or private.
    static std::optional<Key> parseJwk(std::string_view json);
    static Key secret(std::string_view bytes);

    Type type() const noexcept { return type_; }
    const std::string& kid() const noexcept { return kid_; }  ///< as given; for private keys by default the thumbprint
    Key withKid(std::string kid) const;
    std::string thumbprint() const;                           ///< RFC 7638, SHA-256, base64url; empty for a secret, which it would betray
    std::string publicJwk() const;                            ///< JSON: kty, parameters, use=sig, kid; never private parts; empty for a secret
    bool isPrivate() const noexcept { return private_; }      ///< can sign, not only verify (a secret, too)
    /// Whether it fits the algorithm: by its type, and by the `alg`, `use` and `key_ops` of its JWK.
    bool can(Algorithm algorithm) const noexcept;
    std::vector<Algorithm> algorithms() const;
    const std::optional<std::string>& restrictedTo() const noexcept { return alg_; }  ///< the JWK's `alg`

    evp_pkey_st* native() const noexcept { return key_.get(); }
    const std::string& secretBytes() const noexcept { return secret_; }

private:
    friend class KeySet;
    Key() = default;
    static std::optional<Key> fromJwk(const Poco::JSON::Object& jwk);
    std::string requiredMembers() const;

    Type type_ = Type::secret;
    bool private_ = false;
    bool forSignatures_ = true;  ///< not excluded by the JWK's `use` or `key_ops`
    std::string kid_;
    std::optional<std::string> alg_;
    std::shared_ptr<evp_pkey_st> key_;
    std::string secret_;
};

}  // namespace latchkey::jose
