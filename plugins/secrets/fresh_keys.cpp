// SPDX-License-Identifier: Apache-2.0
#include "plugins/secrets/fresh_keys.h"

#include "kernel/c_pointer.h"
#include "kernel/error.h"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/encoder.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

namespace latchkey::secrets {

namespace {

using Key = CPointer<EVP_PKEY, EVP_PKEY_free>;
using Encoder = CPointer<OSSL_ENCODER_CTX, OSSL_ENCODER_CTX_free>;

// "type-specific" is the traditional form of a key: PKCS#1 for RSA, SEC1 for elliptic curves.
std::string traditionalPem(const Key& key, const char* name) {
    if (!key) throw Error(std::string("OpenSSL cannot make a key of the kind ") + name);
    const Encoder encoder(OSSL_ENCODER_CTX_new_for_pkey(key.get(), OSSL_KEYMGMT_SELECT_ALL, "PEM", "type-specific", nullptr));
    unsigned char* bytes = nullptr;
    std::size_t size = 0;
    if (!encoder || OSSL_ENCODER_to_data(encoder.get(), &bytes, &size) != 1) throw Error(std::string("OpenSSL cannot write a key of the kind ") + name);
    std::string pem(reinterpret_cast<const char*>(bytes), size);
    OPENSSL_clear_free(bytes, size);
    return pem;
}

}  // namespace

std::vector<std::string> freshSigningKeys() {
    constexpr std::size_t kRsaBits = 2048;
    std::vector<std::string> keys = {traditionalPem(Key(EVP_RSA_gen(kRsaBits)), "RSA")};
    for (const char* curve : {"P-256", "P-384", "secp256k1"}) keys.push_back(traditionalPem(Key(EVP_EC_gen(curve)), curve));
    return keys;
}

}  // namespace latchkey::secrets
