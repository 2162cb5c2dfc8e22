// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/signature.h"

#include "domain/crypto/openssl.h"
#include "domain/jose/algorithm.h"
#include "domain/secret.h"
#include "kernel/error.h"

#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

namespace latchkey::jose {

namespace {

using EcSignature = openssl::Pointer<ECDSA_SIG, ECDSA_SIG_free>;

std::string hmac(const Key& key, const AlgorithmTraits& how, std::string_view input) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    const std::string& secret = key.secretBytes();
    if (HMAC(how.method(), secret.data(), static_cast<int>(secret.size()), openssl::bytes(input), input.size(), openssl::bytes(out.data()), &size) == nullptr) {
        throw Error("OpenSSL cannot compute an HMAC");
    }
    out.resize(size);
    return out;
}

// One per thread, made ready anew for each signature.
EVP_MD_CTX* context() {
    thread_local const openssl::DigestContext kept(EVP_MD_CTX_new());
    if (!kept) throw Error("no memory for a signature");
    EVP_MD_CTX_reset(kept.get());
    return kept.get();
}

// RFC 7518 §3.5: the salt is as long as the hash, MGF1 takes the same hash (which is OpenSSL's default).
bool setPadding(EVP_PKEY_CTX* parameters, Padding padding) {
    if (padding != Padding::pss) return true;
    return EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1;
}

const EVP_MD* methodOf(const AlgorithmTraits& how) { return how.method == nullptr ? nullptr : how.method(); }

std::string fixedWidth(const std::string& der, std::size_t half) {
    const unsigned char* at = openssl::bytes(der);
    const EcSignature parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::string out(2 * half, '\0');
    if (!parts || BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), openssl::bytes(out.data()), static_cast<int>(half)) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), openssl::bytes(out.data()) + half, static_cast<int>(half)) < 0) {
        throw Error("OpenSSL gave an ECDSA signature that is none");
    }
    return out;
}

// Empty if it is not of the curve's width, or has a zero in it: such a signature was once taken for a good one elsewhere
// (CVE-2022-21449), so it does not get as far as the mathematics.
std::string derOf(std::string_view signature, std::size_t half) {
    if (signature.size() != 2 * half) return {};
    openssl::BigNumber r(BN_bin2bn(openssl::bytes(signature), static_cast<int>(half), nullptr));
    openssl::BigNumber s(BN_bin2bn(openssl::bytes(signature) + half, static_cast<int>(half), nullptr));
    if (!r || !s || BN_is_zero(r.get()) == 1 || BN_is_zero(s.get()) == 1) return {};
    const EcSignature parts(ECDSA_SIG_new());
    if (!parts || ECDSA_SIG_set0(parts.get(), r.get(), s.get()) != 1) return {};
    r.release();
    s.release();
    std::string der(static_cast<std::size_t>(std::max(0, i2d_ECDSA_SIG(parts.get(), nullptr))), '\0');
    unsigned char* at = openssl::bytes(der.data());
    i2d_ECDSA_SIG(parts.get(), &at);
    return der;
}

}  // namespace

std::string signRaw(const Key& key, Algorithm algorithm, std::string_view input) {
    if (!key.can(algorithm) || !key.isPrivate()) throw Error("this key cannot sign with " + std::string(algorithmName(algorithm)));
    const AlgorithmTraits& how = traits(algorithm);
    if (key.type() == Key::Type::secret) return hmac(key, how, input);
    const openssl::ErrorMark mark;
    EVP_MD_CTX* const signing = context();
    EVP_PKEY_CTX* parameters = nullptr;
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.native())), '\0');
    std::size_t size = signature.size();
    if (EVP_DigestSignInit(signing, &parameters, methodOf(how), nullptr, key.native()) != 1 || !setPadding(parameters, how.padding) ||
        EVP_DigestSign(signing, openssl::bytes(signature.data()), &size, openssl::bytes(input), input.size()) != 1) {
        throw Error("OpenSSL cannot sign with this key");
    }
    signature.resize(size);
    const Curve* curve = curveOf(key.type());
    return curve == nullptr ? signature : fixedWidth(signature, curve->bytes);
}

bool verifyRaw(const Key& key, Algorithm algorithm, std::string_view input, std::string_view signature) {
    if (!key.can(algorithm) || signature.empty()) return false;
    const AlgorithmTraits& how = traits(algorithm);
    if (key.type() == Key::Type::secret) return constantTimeEquals(hmac(key, how, input), signature);
    const openssl::ErrorMark mark;
    const Curve* curve = curveOf(key.type());
    const std::string der = curve == nullptr ? std::string() : derOf(signature, curve->bytes);
    if (curve != nullptr && der.empty()) return false;
    const std::string_view wire = curve == nullptr ? signature : std::string_view(der);
    EVP_MD_CTX* const verifying = context();
    EVP_PKEY_CTX* parameters = nullptr;
    return EVP_DigestVerifyInit(verifying, &parameters, methodOf(how), nullptr, key.native()) == 1 && setPadding(parameters, how.padding) &&
           EVP_DigestVerify(verifying, openssl::bytes(wire), wire.size(), openssl::bytes(input), input.size()) == 1;
}

}  // namespace latchkey::jose
