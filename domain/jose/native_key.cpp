// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/native_key.h"

#include "domain/crypto/openssl.h"
#include "domain/jose/algorithm.h"
#include "kernel/error.h"

#include <openssl/core_names.h>

#include <array>

namespace latchkey::jose {

namespace {

constexpr int kLeastBits = 2048;
constexpr int kMostBits = 8192;
constexpr int kMostExponentBits = 64;

openssl::BigNumber number(const EVP_PKEY* key, const char* parameter) {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key, parameter, &value);
    return openssl::BigNumber(value);
}

void checkRsa(const EVP_PKEY* key) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < kLeastBits) throw Error("is an RSA key of " + std::to_string(bits) + " bits: 2048 are the least (RFC 7518 §3.3)");
    if (bits > kMostBits) throw Error("is an RSA key of " + std::to_string(bits) + " bits: 8192 are the most");
    const auto modulus = number(key, OSSL_PKEY_PARAM_RSA_N);
    const auto exponent = number(key, OSSL_PKEY_PARAM_RSA_E);
    const bool sound = modulus && exponent && BN_is_odd(modulus.get()) == 1 && BN_is_odd(exponent.get()) == 1 && BN_is_one(exponent.get()) == 0 &&
                       BN_is_negative(exponent.get()) == 0 && BN_num_bits(exponent.get()) <= kMostExponentBits;
    if (!sound) throw Error("is an RSA key with a modulus or exponent that cannot be right");
}

Key::Type checkedCurve(const EVP_PKEY* key) {
    std::array<char, 64> name{};
    if (EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr) != 1) throw Error("is an elliptic curve key that does not name its curve");
    for (const Curve& curve : kCurves) {
        if (std::string_view(name.data()) == curve.openSslName) return curve.type;
    }
    throw Error("is on the curve " + std::string(name.data()) + ": P-256, P-384, P-521, secp256k1 and Ed25519 are understood");
}

}  // namespace

Key::Type checkedType(const EVP_PKEY* key) {
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA: checkRsa(key); return Key::Type::rsa;
        case EVP_PKEY_EC: return checkedCurve(key);
        case EVP_PKEY_ED25519: return Key::Type::ed25519;
        default: throw Error("is a key of an unknown kind: RSA, elliptic curve and Ed25519 are understood");
    }
}

}  // namespace latchkey::jose
