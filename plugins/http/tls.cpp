// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/tls.h"

#include "kernel/c_pointer.h"
#include "kernel/error.h"

#include <cstring>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace latchkey::http {

namespace {

using Bio = CPointer<BIO, BIO_free>;
using Certificate = CPointer<X509, X509_free>;
using Key = CPointer<EVP_PKEY, EVP_PKEY_free>;

std::string read(const config::Section::InlineOrFile& value, const std::string& where) {
    return value.file ? config::readFile(where + "_file", *value.file) : value.value ? value.value->reveal() : std::string();
}

Bio bioOf(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string reason() {
    const unsigned long code = ERR_peek_last_error();
    const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return text == nullptr ? "unknown reason" : text;
}

void useChain(SSL_CTX* context, const std::string& pem, const std::string& where) {
    const Bio bio = bioOf(pem);
    const Certificate leaf(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr));
    if (!leaf) throw Error(where + " holds no certificate in PEM form: " + reason());
    if (SSL_CTX_use_certificate(context, leaf.get()) != 1) throw Error(where + ": the first certificate cannot be used: " + reason());
    while (Certificate next{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
        if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) throw Error(where + ": a certificate of the chain cannot be used: " + reason());
    }
    const unsigned long last = ERR_peek_last_error();
    if (last != 0 && ERR_GET_REASON(last) != PEM_R_NO_START_LINE) throw Error(where + ": the chain is damaged: " + reason());
    ERR_clear_error();
}

// Gives OpenSSL the password and remembers that it was asked for: a password for a key that has none is a mistake, too.
struct Passphrase {
    const std::string* text = nullptr;
    bool asked = false;

    static int give(char* buffer, int size, int, void* self) {
        auto& passphrase = *static_cast<Passphrase*>(self);
        passphrase.asked = true;
        if (passphrase.text == nullptr || passphrase.text->size() > static_cast<std::size_t>(size)) return -1;
        std::memcpy(buffer, passphrase.text->data(), passphrase.text->size());
        return static_cast<int>(passphrase.text->size());
    }
};

Key parseKey(const std::string& text, bool mayBeDer, Passphrase& passphrase) {
    Key key(PEM_read_bio_PrivateKey(bioOf(text).get(), nullptr, Passphrase::give, &passphrase));
    if (key || passphrase.asked || !mayBeDer) return key;
    key.reset(d2i_PrivateKey_bio(bioOf(text).get(), nullptr));
    if (!key) key.reset(d2i_PKCS8PrivateKey_bio(bioOf(text).get(), nullptr, Passphrase::give, &passphrase));
    return key;
}

void useKey(SSL_CTX* context, const TlsConfig& config) {
    const std::string where = config.where + ".key";
    std::string text = read(config.key, where);
    const std::string password = read(config.password, config.where + ".password");
    Passphrase passphrase{config.password.given() ? &password : nullptr};
    const Key key = parseKey(text, config.key.file.has_value(), passphrase);
    OPENSSL_cleanse(text.data(), text.size());
    if (!key && passphrase.asked && passphrase.text == nullptr) throw Error(where + " is encrypted: `password` or `password_file` is needed");
    if (!key && passphrase.asked) throw Error(where + " cannot be decrypted with the given password");
    if (!key) throw Error(where + " holds no private key that can be read (PKCS#8, PKCS#1 or SEC1): " + reason());
    if (!passphrase.asked && passphrase.text != nullptr) throw Error(where + " is not encrypted, but a password is given: remove `password`");
    ERR_clear_error();
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) throw Error(where + " does not belong to the certificate: " + reason());
}

int selectAlpn(SSL*, const unsigned char** out, unsigned char* outLength, const unsigned char* in, unsigned int inLength, void*) {
    static constexpr unsigned char kOffered[] = "\x08http/1.1";
    unsigned char* selected = nullptr;
    if (SSL_select_next_proto(&selected, outLength, kOffered, sizeof kOffered - 1, in, inLength) != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = selected;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

SslContext loadTls(const TlsConfig& config) {
    ERR_clear_error();
    SslContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!context) throw Error(config.where + ": " + reason());
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    static constexpr unsigned char kSessionContext[] = "latchkey";
    SSL_CTX_set_session_id_context(context.get(), kSessionContext, sizeof kSessionContext - 1);
    SSL_CTX_set_alpn_select_cb(context.get(), selectAlpn, nullptr);
    useChain(context.get(), read(config.certificate, config.where + ".certificate"), config.where + ".certificate");
    useKey(context.get(), config);
    return context;
}

}  // namespace latchkey::http
