// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"
#include "domain/crypto/openssl.h"
#include "kernel/error.h"

namespace latchkey {

namespace {

// Looking an algorithm up by name costs several times what hashing a token does, so it is done once and never given back.
EVP_MD* fetched(const char* name) {
    EVP_MD* method = EVP_MD_fetch(nullptr, name, nullptr);
    if (method == nullptr) throw Error(std::string("OpenSSL has no ") + name);
    return method;
}

std::string digest(const EVP_MD* method, std::string_view bytes) {
    thread_local const openssl::DigestContext context(EVP_MD_CTX_new());
    std::string out(static_cast<std::size_t>(EVP_MD_get_size(method)), '\0');
    if (!context || EVP_DigestInit_ex2(context.get(), method, nullptr) != 1 || EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), openssl::bytes(out.data()), nullptr) != 1) {
        throw Error("OpenSSL cannot hash");
    }
    return out;
}

}  // namespace

std::string sha256(std::string_view bytes) {
    static const EVP_MD* const method = fetched("SHA256");
    return digest(method, bytes);
}

std::string sha384(std::string_view bytes) {
    static const EVP_MD* const method = fetched("SHA384");
    return digest(method, bytes);
}

std::string sha512(std::string_view bytes) {
    static const EVP_MD* const method = fetched("SHA512");
    return digest(method, bytes);
}

std::string hmacSha256(std::string_view key, std::string_view bytes) {
    constexpr std::size_t kBlock = 64;
    std::string inner = key.size() > kBlock ? sha256(key) : std::string(key);
    inner.resize(kBlock, '\0');
    std::string outer = inner;
    for (char& c : inner) c = static_cast<char>(c ^ 0x36);
    for (char& c : outer) c = static_cast<char>(c ^ 0x5C);
    return sha256(outer + sha256(inner.append(bytes)));
}

}  // namespace latchkey
