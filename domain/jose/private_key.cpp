// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/openssl.h"
#include "domain/jose/algorithm.h"
#include "domain/jose/key.h"
#include "domain/jose/native_key.h"
#include "domain/jose/signature.h"
#include "kernel/error.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <cstring>

namespace latchkey::jose {

namespace {

using openssl::NativeKey;
using Password = std::optional<std::string>;
using Info = openssl::Pointer<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using EncryptedInfo = openssl::Pointer<X509_SIG, X509_SIG_free>;

constexpr const char* kNoPassword = "is encrypted, and no password is given";
constexpr const char* kWrongPassword = "cannot be decrypted: the password is wrong, or the encryption is none that OpenSSL understands";
constexpr const char* kNeedlessPassword = "is not encrypted, but a password is given: remove one of the two";

// What a d2i function makes of the whole text; nothing if there is more or less.
template <typename Function>
auto whole(std::string_view der, Function read) {
    const unsigned char* at = openssl::bytes(der);
    auto found = read(&at, static_cast<long>(der.size()));
    if (at != openssl::bytes(der) + der.size()) found.reset();
    return found;
}

Info readInfo(std::string_view der) {
    return whole(der, [](const unsigned char** at, long size) { return Info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, at, size)); });
}

EncryptedInfo readEncrypted(std::string_view der) {
    return whole(der, [](const unsigned char** at, long size) { return EncryptedInfo(d2i_X509_SIG(nullptr, at, size)); });
}

NativeKey readTraditional(int kind, std::string_view der) {
    return whole(der, [kind](const unsigned char** at, long size) { return NativeKey(d2i_PrivateKey(kind, nullptr, at, size)); });
}

NativeKey fromInfo(const Info& info) {
    NativeKey key(info ? EVP_PKCS82PKEY(info.get()) : nullptr);
    if (!key) throw Error("is a PKCS#8 key that OpenSSL does not understand: damaged, or of an unknown kind or curve");
    return key;
}

NativeKey decrypted(const EncryptedInfo& encrypted, const Password& password) {
    if (!encrypted) throw Error("is damaged: no encrypted PKCS#8 key");
    if (!password) throw Error(kNoPassword);
    const Info info(PKCS8_decrypt(encrypted.get(), password->data(), static_cast<int>(password->size())));
    if (!info) throw Error(kWrongPassword);
    return fromInfo(info);
}

NativeKey fromDer(std::string_view der, const Password& password) {
    if (const auto encrypted = readEncrypted(der)) return decrypted(encrypted, password);
    if (password) throw Error(kNeedlessPassword);
    if (const auto info = readInfo(der)) return fromInfo(info);
    for (const int kind : {EVP_PKEY_EC, EVP_PKEY_RSA}) {
        if (auto key = readTraditional(kind, der)) return key;
    }
    throw Error("is no private key in PEM or DER (PKCS#8, PKCS#1 or SEC1; a SEC1 key must name its curve)");
}

struct PemBlock {
    std::string label;
    std::string header;  ///< of the old encryption: Proc-Type, DEK-Info
    std::string data;
    ~PemBlock() { OPENSSL_cleanse(data.data(), data.size()); }
};

bool readBlock(BIO* from, PemBlock& block) {
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (PEM_read_bio(from, &label, &header, &data, &size) != 1) return false;
    block.label = label;
    block.header = header;
    block.data.assign(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    return true;
}

int givePassword(char* buffer, int size, int, void* context) {
    const auto& password = *static_cast<const std::string*>(context);
    if (password.size() > static_cast<std::size_t>(size)) return -1;
    std::memcpy(buffer, password.data(), password.size());
    return static_cast<int>(password.size());
}

// The encryption of PEM itself (RFC 1421), which PKCS#1 and SEC1 keys may have.
void decryptBlock(PemBlock& block, const Password& password) {
    EVP_CIPHER_INFO cipher{};
    if (!password) throw Error(kNoPassword);
    long size = static_cast<long>(block.data.size());
    if (PEM_get_EVP_CIPHER_INFO(block.header.data(), &cipher) != 1 ||
        PEM_do_header(&cipher, openssl::bytes(block.data.data()), &size, givePassword, const_cast<std::string*>(&*password)) != 1) {
        throw Error(kWrongPassword);
    }
    block.data.resize(static_cast<std::size_t>(size));
}

NativeKey traditionalBlock(int kind, PemBlock& block, const Password& password) {
    const bool encrypted = block.header.find("ENCRYPTED") != std::string::npos;
    if (encrypted) decryptBlock(block, password);
    else if (password) throw Error(kNeedlessPassword);
    NativeKey key = readTraditional(kind, block.data);
    if (!key) throw Error("is a damaged " + block.label + ", or an elliptic curve key that does not name a curve that OpenSSL knows");
    return key;
}

NativeKey fromPem(std::string_view text, const Password& password) {
    const openssl::Pointer<BIO, BIO_free_all> source(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    PemBlock block;
    do {
        if (!source || !readBlock(source.get(), block)) throw Error("is a damaged PEM text, or has no private key in it");
    } while (block.label == "EC PARAMETERS");  // `openssl ecparam -genkey` puts them in front
    if (block.label == "RSA PRIVATE KEY") return traditionalBlock(EVP_PKEY_RSA, block, password);
    if (block.label == "EC PRIVATE KEY") return traditionalBlock(EVP_PKEY_EC, block, password);
    if (block.label == "ENCRYPTED PRIVATE KEY") return decrypted(readEncrypted(block.data), password);
    if (block.label != "PRIVATE KEY") throw Error("holds a " + block.label + ", not a private key");
    if (password) throw Error(kNeedlessPassword);
    return fromInfo(readInfo(block.data));
}

// A key whose parts do not belong together signs what nobody can verify, and may betray itself by it.
void tryOut(const Key& key) {
    const Algorithm algorithm = key.algorithms().front();
    constexpr std::string_view kSample = "sample";
    if (!verifyRaw(key, algorithm, kSample, signRaw(key, algorithm, kSample))) throw Error("is damaged: what it signs does not verify");
}

}  // namespace

Key Key::parsePrivate(std::string_view pemOrDer, const Password& password) {
    const openssl::ErrorMark mark;
    const bool pem = pemOrDer.find("-----BEGIN ") != std::string_view::npos;
    NativeKey native = pem ? fromPem(pemOrDer, password) : fromDer(pemOrDer, password);
    Key key;
    key.type_ = checkedType(native.get());
    key.private_ = true;
    key.key_ = std::shared_ptr<EVP_PKEY>(native.release(), EVP_PKEY_free);
    key.kid_ = key.thumbprint();
    tryOut(key);
    return key;
}

}  // namespace latchkey::jose
