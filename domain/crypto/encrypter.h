// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// What `secrets.encryption` is used for. Thread-safe; the key is wiped on destruction. Never copied.
class LATCHKEY_API Encrypter {
public:
    static constexpr const char* kService = "domain.Encrypter/1";

    /// 64 hexadecimal digits. Throws Error that does not hold them.
    explicit Encrypter(std::string_view hexKey);
    ~Encrypter();
    Encrypter(const Encrypter&) = delete;
    Encrypter& operator=(const Encrypter&) = delete;

    /// For columns of the database: ChaCha20-Poly1305 (RFC 8439) with the key itself and a random nonce; padded base64 of
    /// nonce, ciphertext and tag.
    std::string encrypt(std::string_view plain) const;
    /// Nothing if it was not made with this key.
    std::optional<std::string> decrypt(std::string_view encrypted) const;

    /// For cookies: AES-256-GCM with a key derived by HKDF-Expand, the cookie's name as associated data; padded base64. The text
    /// must still be percent-encoded to be a cookie's value.
    std::string sealCookie(std::string_view name, std::string_view plain) const;
    std::optional<std::string> openCookie(std::string_view name, std::string_view sealed) const;

    /// 32 bytes that only this key gives for `purpose` and `input` (HMAC-SHA256 with a derived key).
    std::string derive(std::string_view purpose, std::string_view input) const;

private:
    std::array<std::uint8_t, 32> key_{};
    std::array<std::uint8_t, 32> cookieKey_{};
    std::array<std::uint8_t, 32> deriveKey_{};
};

}  // namespace latchkey
