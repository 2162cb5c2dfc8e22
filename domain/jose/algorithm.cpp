// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/algorithm.h"

#include "domain/crypto/encoding.h"

#include <openssl/evp.h>

namespace latchkey::jose {

namespace {

using Type = Key::Type;

// In the order of the enumeration.
constexpr std::array<AlgorithmTraits, kAllAlgorithms.size()> kTraits{{
    {"HS256", Type::secret, EVP_sha256, sha256},
    {"HS384", Type::secret, EVP_sha384, sha384},
    {"HS512", Type::secret, EVP_sha512, sha512},
    {"RS256", Type::rsa, EVP_sha256, sha256, Padding::pkcs1},
    {"RS384", Type::rsa, EVP_sha384, sha384, Padding::pkcs1},
    {"RS512", Type::rsa, EVP_sha512, sha512, Padding::pkcs1},
    {"PS256", Type::rsa, EVP_sha256, sha256, Padding::pss},
    {"PS384", Type::rsa, EVP_sha384, sha384, Padding::pss},
    {"PS512", Type::rsa, EVP_sha512, sha512, Padding::pss},
    {"ES256", Type::p256, EVP_sha256, sha256},
    {"ES384", Type::p384, EVP_sha384, sha384},
    {"ES512", Type::p521, EVP_sha512, sha512},
    {"ES256K", Type::secp256k1, EVP_sha256, sha256},
    {"EdDSA", Type::ed25519, nullptr, sha512},  // Ed25519 is made with SHA-512 (RFC 8032 §5.1)
}};

}  // namespace

const AlgorithmTraits& traits(Algorithm algorithm) { return kTraits[static_cast<std::size_t>(algorithm)]; }

const Curve* curveOf(Key::Type type) {
    for (const Curve& curve : kCurves) {
        if (curve.type == type) return &curve;
    }
    return nullptr;
}

std::optional<Algorithm> parseAlgorithm(std::string_view name) {
    for (const Algorithm algorithm : kAllAlgorithms) {
        if (traits(algorithm).name == name) return algorithm;
    }
    return std::nullopt;
}

std::string_view algorithmName(Algorithm algorithm) { return traits(algorithm).name; }

bool isSymmetric(Algorithm algorithm) { return traits(algorithm).keyType == Key::Type::secret; }

std::string halfHash(Algorithm algorithm, std::string_view text) {
    const std::string whole = traits(algorithm).hash(text);
    return base64Url(std::string_view(whole).substr(0, whole.size() / 2));
}

}  // namespace latchkey::jose
