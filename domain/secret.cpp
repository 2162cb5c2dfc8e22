// SPDX-License-Identifier: Apache-2.0
#include "domain/secret.h"

#include "kernel/error.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace latchkey {

namespace {
constexpr std::string_view kAlphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
// The greatest multiple of 62 that fits a byte: bytes from there on are thrown away, or some characters would be likelier.
constexpr unsigned kFair = 256 / 62 * 62;
}  // namespace

bool constantTimeEquals(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string randomBytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (count > 0 && RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
        throw Error("the random number generator failed: is /dev/urandom there?");
    }
    return bytes;
}

std::string randomAlphanumerics(std::size_t count) {
    std::string out;
    out.reserve(count);
    while (out.size() < count) {
        for (const char c : randomBytes(count - out.size() + 8)) {
            const unsigned value = static_cast<unsigned char>(c);
            if (value < kFair && out.size() < count) out += kAlphanumerics[value % kAlphanumerics.size()];
        }
    }
    return out;
}

}  // namespace latchkey
