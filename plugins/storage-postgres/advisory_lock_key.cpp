// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/advisory_lock.h"

#include "kernel/error.h"

#include <array>
#include <memory>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string>

namespace latchkey::pg {

namespace {

// The info string is a fact of the reference's lock library: it separates these keys from others made of the same names.
constexpr std::string_view kInfo = "SQLx (Rust) Postgres advisory lock";
constexpr std::uint64_t kMigrationFactor = 0x3d32ad9e;

std::array<unsigned char, 8> hkdf(std::string_view input) {
    const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kind(EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free);
    const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(kind ? EVP_KDF_CTX_new(kind.get()) : nullptr, EVP_KDF_CTX_free);
    std::string digest = "SHA256";
    std::string key(input);
    std::string info(kInfo);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
        OSSL_PARAM_construct_end(),
    };
    std::array<unsigned char, 8> out{};
    if (!context || EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) != 1) throw Error("OpenSSL offers no HKDF with SHA-256");
    return out;
}

// CRC-32/ISO-HDLC, bit by bit: a database's name is short.
std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = 0xffffffff;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
    return ~crc;
}

}  // namespace

std::int64_t namedLockKey(std::string_view name) {
    std::uint64_t key = 0;
    const auto bytes = hkdf(name);
    for (int i = 7; i >= 0; --i) key = key << 8 | bytes[static_cast<std::size_t>(i)];
    return static_cast<std::int64_t>(key);
}

std::int64_t migrationLockKey(std::string_view database) { return static_cast<std::int64_t>(kMigrationFactor * crc32(database)); }

}  // namespace latchkey::pg
