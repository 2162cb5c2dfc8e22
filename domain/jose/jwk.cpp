// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"
#include "domain/crypto/openssl.h"
#include "domain/jose/algorithm.h"
#include "domain/jose/json.h"
#include "domain/jose/key.h"
#include "domain/jose/native_key.h"
#include "kernel/error.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

namespace latchkey::jose {

namespace {

using openssl::NativeKey;
using Parameters = openssl::Pointer<OSSL_PARAM, OSSL_PARAM_free>;
using ParameterBuilder = openssl::Pointer<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;

NativeKey publicKey(const char* kind, const ParameterBuilder& builder) {
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const openssl::KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    return NativeKey(key);
}

std::optional<std::string> bytesOf(const Poco::JSON::Object& jwk, const char* name) {
    const auto text = stringMember(jwk, name);
    return text ? fromBase64Url(*text) : std::nullopt;
}

NativeKey rsa(const Poco::JSON::Object& jwk) {
    const auto n = bytesOf(jwk, "n");
    const auto e = bytesOf(jwk, "e");
    constexpr std::size_t kMostBytes = 1024 + 1;
    if (!n || !e || n->size() > kMostBytes || e->size() > kMostBytes) return nullptr;
    const openssl::BigNumber modulus(BN_bin2bn(openssl::bytes(*n), static_cast<int>(n->size()), nullptr));
    const openssl::BigNumber exponent(BN_bin2bn(openssl::bytes(*e), static_cast<int>(e->size()), nullptr));
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
        return nullptr;
    }
    return publicKey("RSA", builder);
}

const Curve* namedCurve(const Poco::JSON::Object& jwk) {
    const auto name = stringMember(jwk, "crv");
    for (const Curve& curve : kCurves) {
        if (name == curve.jwkName) return &curve;
    }
    return nullptr;
}

// A point that is not on the curve is refused by OpenSSL. RFC 7518 §6.2.1.2: coordinates have the curve's full width.
NativeKey ellipticCurve(const Poco::JSON::Object& jwk) {
    const Curve* curve = namedCurve(jwk);
    const auto x = bytesOf(jwk, "x");
    const auto y = bytesOf(jwk, "y");
    if (curve == nullptr || !x || !y || x->size() != curve->bytes || y->size() != curve->bytes) return nullptr;
    const std::string point = "\x04" + *x + *y;
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve->openSslName, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
        return nullptr;
    }
    return publicKey("EC", builder);
}

NativeKey edwards(const Poco::JSON::Object& jwk) {
    const auto x = bytesOf(jwk, "x");
    if (stringMember(jwk, "crv") != "Ed25519" || !x || x->size() != 32) return nullptr;
    return NativeKey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, openssl::bytes(*x), x->size()));
}

NativeKey nativeOf(const Poco::JSON::Object& jwk) {
    const auto kind = stringMember(jwk, "kty");
    if (kind == "RSA") return rsa(jwk);
    if (kind == "EC") return ellipticCurve(jwk);
    if (kind == "OKP") return edwards(jwk);
    return nullptr;
}

bool meantForSignatures(const Poco::JSON::Object& jwk) {
    if (jwk.has("use") && stringMember(jwk, "use") != "sig") return false;
    if (!jwk.has("key_ops")) return true;
    const auto operations = jwk.getArray("key_ops");
    for (std::size_t i = 0; operations && i < operations->size(); ++i) {
        if (operations->get(static_cast<unsigned>(i)).isString() && operations->getElement<std::string>(static_cast<unsigned>(i)) == "verify") return true;
    }
    return false;
}

}  // namespace

std::optional<Key> Key::fromJwk(const Poco::JSON::Object& jwk) {
    // Members that are there must be strings; `d` and `k` would be a private key or a secret, which nobody must send us.
    for (const char* name : {"kid", "alg"}) {
        if (jwk.has(name) && !stringMember(jwk, name)) return std::nullopt;
    }
    if (jwk.has("d") || jwk.has("k")) return std::nullopt;
    const openssl::ErrorMark mark;
    NativeKey native = nativeOf(jwk);
    if (!native) return std::nullopt;
    Key key;
    try {
        key.type_ = checkedType(native.get());
    } catch (const Error&) {
        return std::nullopt;
    }
    key.kid_ = stringMember(jwk, "kid").value_or("");
    key.alg_ = stringMember(jwk, "alg");
    key.forSignatures_ = meantForSignatures(jwk);
    key.key_ = std::shared_ptr<EVP_PKEY>(native.release(), EVP_PKEY_free);
    return key;
}

std::optional<Key> Key::parseJwk(std::string_view json) {
    const auto object = parseObject(json);
    return object ? fromJwk(*object) : std::nullopt;
}

}  // namespace latchkey::jose
