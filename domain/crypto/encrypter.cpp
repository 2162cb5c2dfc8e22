// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encrypter.h"

#include "domain/crypto/encoding.h"
#include "domain/crypto/openssl.h"
#include "domain/secret.h"
#include "kernel/error.h"

#include <openssl/hmac.h>

#include <algorithm>

namespace latchkey {

namespace {

using Key = std::array<std::uint8_t, 32>;

constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;

// What the `cookie` crate of the reference derives with; a signing key comes first, the key for private cookies second.
constexpr std::string_view kCookieInfo = "COOKIE;SIGNED:HMAC-SHA256;PRIVATE:AEAD-AES-256-GCM";
constexpr std::string_view kDeriveInfo = "LATCHKEY;DERIVE:HMAC-SHA256";

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Key parse(std::string_view hexKey) {
    Key key{};
    bool good = hexKey.size() == 2 * key.size();
    for (std::size_t i = 0; good && i < key.size(); ++i) {
        const int high = hexDigit(hexKey[2 * i]);
        const int low = hexDigit(hexKey[2 * i + 1]);
        good = high >= 0 && low >= 0;
        key[i] = static_cast<std::uint8_t>(high << 4 | (low & 15));
    }
    if (!good) throw Error("must be 64 hexadecimal digits (32 bytes): `openssl rand -hex 32` makes them");
    return key;
}

Key hmac(const Key& key, std::string_view input) {
    Key out{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), openssl::bytes(input), input.size(), out.data(), &size) == nullptr) {
        throw Error("OpenSSL cannot compute HMAC-SHA256");
    }
    return out;
}

// HKDF-Expand (RFC 5869 §2.3), the block with this number.
Key expand(const Key& key, std::string_view info, int block) {
    std::string previous;
    Key out{};
    for (int i = 1; i <= block; ++i) {
        out = hmac(key, previous + std::string(info) + static_cast<char>(i));
        previous.assign(out.begin(), out.end());
    }
    OPENSSL_cleanse(previous.data(), previous.size());
    return out;
}

const EVP_CIPHER* cipher(const char* name) {
    const EVP_CIPHER* found = EVP_CIPHER_fetch(nullptr, name, nullptr);  // kept for the life of the process
    if (found == nullptr) throw Error(std::string("OpenSSL has no ") + name);
    return found;
}
const EVP_CIPHER* chaCha() {
    static const EVP_CIPHER* const found = cipher("ChaCha20-Poly1305");
    return found;
}
const EVP_CIPHER* aesGcm() {
    static const EVP_CIPHER* const found = cipher("AES-256-GCM");
    return found;
}

std::string seal(const EVP_CIPHER* with, const Key& key, std::string_view associated, std::string_view plain) {
    std::string out = randomBytes(kNonce);
    out.resize(kNonce + plain.size() + kTag);
    const openssl::CipherContext context(EVP_CIPHER_CTX_new());
    int size = 0;
    const bool done = context && EVP_EncryptInit_ex2(context.get(), with, key.data(), openssl::bytes(out), nullptr) == 1 &&
                      EVP_EncryptUpdate(context.get(), nullptr, &size, openssl::bytes(associated), static_cast<int>(associated.size())) == 1 &&
                      EVP_EncryptUpdate(context.get(), openssl::bytes(out.data()) + kNonce, &size, openssl::bytes(plain), static_cast<int>(plain.size())) == 1 &&
                      EVP_EncryptFinal_ex(context.get(), openssl::bytes(out.data()) + kNonce + size, &size) == 1 &&
                      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTag, out.data() + kNonce + plain.size()) == 1;
    if (!done) throw Error("OpenSSL cannot encrypt");
    return base64(out);
}

std::optional<std::string> open(const EVP_CIPHER* with, const Key& key, std::string_view associated, std::string_view text) {
    auto sealed = fromBase64(text);
    if (!sealed || sealed->size() < kNonce + kTag) return std::nullopt;
    const openssl::ErrorMark mark;
    const openssl::CipherContext context(EVP_CIPHER_CTX_new());
    std::string plain(sealed->size() - kNonce - kTag, '\0');
    int size = 0;
    const bool done =
        context && EVP_DecryptInit_ex2(context.get(), with, key.data(), openssl::bytes(*sealed), nullptr) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTag, sealed->data() + sealed->size() - kTag) == 1 &&
        EVP_DecryptUpdate(context.get(), nullptr, &size, openssl::bytes(associated), static_cast<int>(associated.size())) == 1 &&
        EVP_DecryptUpdate(context.get(), openssl::bytes(plain.data()), &size, openssl::bytes(*sealed) + kNonce, static_cast<int>(plain.size())) == 1 &&
        EVP_DecryptFinal_ex(context.get(), openssl::bytes(plain.data()) + size, &size) == 1;
    if (!done) return std::nullopt;
    return plain;
}

}  // namespace

Encrypter::Encrypter(std::string_view hexKey)
    : key_(parse(hexKey)), cookieKey_(expand(key_, kCookieInfo, 2)), deriveKey_(expand(key_, kDeriveInfo, 1)) {}

Encrypter::~Encrypter() {
    for (Key* each : {&key_, &cookieKey_, &deriveKey_}) OPENSSL_cleanse(each->data(), each->size());
}

std::string Encrypter::encrypt(std::string_view plain) const { return seal(chaCha(), key_, {}, plain); }

std::optional<std::string> Encrypter::decrypt(std::string_view encrypted) const { return open(chaCha(), key_, {}, encrypted); }

std::string Encrypter::sealCookie(std::string_view name, std::string_view plain) const { return seal(aesGcm(), cookieKey_, name, plain); }

std::optional<std::string> Encrypter::openCookie(std::string_view name, std::string_view sealed) const {
    return open(aesGcm(), cookieKey_, name, sealed);
}

// The length in front keeps ("a", "bc") and ("ab", "c") apart.
std::string Encrypter::derive(std::string_view purpose, std::string_view input) const {
    const Key out = hmac(deriveKey_, std::to_string(purpose.size()) + ":" + std::string(purpose) + std::string(input));
    return {out.begin(), out.end()};
}

}  // namespace latchkey
