// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/key.h"

#include "domain/crypto/encoding.h"
#include "domain/crypto/openssl.h"
#include "domain/jose/algorithm.h"
#include "kernel/error.h"

#include <Poco/JSONString.h>
#include <openssl/core_names.h>

namespace latchkey::jose {

namespace {

// Big-endian, at least `width` bytes.
std::string number(const EVP_PKEY* key, const char* parameter, std::size_t width = 0) {
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, parameter, &raw) != 1) throw Error(std::string("OpenSSL does not tell a key's ") + parameter);
    const openssl::BigNumber value(raw);
    std::string bytes(std::max(width, static_cast<std::size_t>(BN_num_bytes(value.get()))), '\0');
    BN_bn2binpad(value.get(), openssl::bytes(bytes.data()), static_cast<int>(bytes.size()));
    return bytes;
}

std::string rawPublic(const EVP_PKEY* key) {
    std::string bytes(32, '\0');
    std::size_t size = bytes.size();
    if (EVP_PKEY_get_raw_public_key(key, openssl::bytes(bytes.data()), &size) != 1 || size != bytes.size()) throw Error("OpenSSL does not tell a public key");
    return bytes;
}

std::string member(const char* name, const std::string& value) { return "\"" + std::string(name) + "\":\"" + value + "\""; }

}  // namespace

// What RFC 7638 §3.2 and RFC 8037 §2 name, in the order of the names: the thumbprint is made of exactly this text.
std::string Key::requiredMembers() const {
    if (type_ == Type::rsa) {
        return member("e", base64Url(number(native(), OSSL_PKEY_PARAM_RSA_E))) + "," + member("kty", "RSA") + "," +
               member("n", base64Url(number(native(), OSSL_PKEY_PARAM_RSA_N)));
    }
    if (type_ == Type::ed25519) return member("crv", "Ed25519") + "," + member("kty", "OKP") + "," + member("x", base64Url(rawPublic(native())));
    const Curve& curve = *curveOf(type_);
    return member("crv", curve.jwkName) + "," + member("kty", "EC") + "," + member("x", base64Url(number(native(), OSSL_PKEY_PARAM_EC_PUB_X, curve.bytes))) +
           "," + member("y", base64Url(number(native(), OSSL_PKEY_PARAM_EC_PUB_Y, curve.bytes)));
}

std::string Key::thumbprint() const { return type_ == Type::secret ? "" : base64Url(sha256("{" + requiredMembers() + "}")); }

std::string Key::publicJwk() const {
    if (type_ == Type::secret) return {};
    return "{" + requiredMembers() + R"(,"use":"sig")" + (kid_.empty() ? "" : ",\"kid\":" + Poco::toJSON(kid_)) + "}";
}

Key Key::secret(std::string_view bytes) {
    Key key;
    key.private_ = true;
    key.secret_ = bytes;
    return key;
}

Key Key::withKid(std::string kid) const {
    Key key = *this;
    key.kid_ = std::move(kid);
    return key;
}

bool Key::can(Algorithm algorithm) const noexcept {
    const AlgorithmTraits& wanted = traits(algorithm);
    return wanted.keyType == type_ && forSignatures_ && (!alg_ || *alg_ == wanted.name) && (type_ != Type::secret || !secret_.empty());
}

std::vector<Algorithm> Key::algorithms() const {
    std::vector<Algorithm> able;
    for (const Algorithm each : kAllAlgorithms) {
        if (can(each)) able.push_back(each);
    }
    return able;
}

}  // namespace latchkey::jose
