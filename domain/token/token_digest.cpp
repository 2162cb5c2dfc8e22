// SPDX-License-Identifier: Apache-2.0
#include "domain/token/token_digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace latchkey {

std::string tokenDigest(std::string_view token) {
    unsigned char hash[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), hash);
    unsigned char text[4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1];
    EVP_EncodeBlock(text, hash, SHA256_DIGEST_LENGTH);
    std::string digest = "sha256$";
    for (const unsigned char c : text) {
        if (c == '=' || c == '\0') break;
        digest += c == '+' ? '-' : c == '/' ? '_' : static_cast<char>(c);
    }
    return digest;
}

}  // namespace latchkey
