// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key.h"

#include <openssl/types.h>

#include <array>
#include <string>
#include <string_view>

/// For the sources of domain/jose only: what the algorithms and curves are made of.
namespace latchkey::jose {

enum class Padding { none, pkcs1, pss };

struct AlgorithmTraits {
    std::string_view name;
    Key::Type keyType;
    const EVP_MD* (*method)();             ///< nullptr: the algorithm hashes by itself (EdDSA)
    std::string (*hash)(std::string_view);
    Padding padding = Padding::none;
};
const AlgorithmTraits& traits(Algorithm algorithm);

inline constexpr std::array kAllAlgorithms{Algorithm::hs256, Algorithm::hs384, Algorithm::hs512, Algorithm::rs256, Algorithm::rs384,
                                           Algorithm::rs512, Algorithm::ps256, Algorithm::ps384, Algorithm::ps512, Algorithm::es256,
                                           Algorithm::es384, Algorithm::es512, Algorithm::es256k, Algorithm::edDsa};

struct Curve {
    Key::Type type;
    const char* jwkName;
    const char* openSslName;
    std::size_t bytes;  ///< of a coordinate, and of either half of a signature
};
inline constexpr std::array kCurves{Curve{Key::Type::p256, "P-256", "prime256v1", 32}, Curve{Key::Type::p384, "P-384", "secp384r1", 48},
                                    Curve{Key::Type::p521, "P-521", "secp521r1", 66}, Curve{Key::Type::secp256k1, "secp256k1", "secp256k1", 32}};
/// nullptr: a key of this type is on none.
const Curve* curveOf(Key::Type type);

}  // namespace latchkey::jose
