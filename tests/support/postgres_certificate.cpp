// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_certificate.h"

#include <cstdio>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <sys/stat.h>

namespace latchkey::test {

namespace {

template <auto Free>
struct With {
    template <typename T>
    void operator()(T* object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, With<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, With<X509_free>>;
using File = std::unique_ptr<std::FILE, With<std::fclose>>;

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("no certificate for the test server: ") + what);
}

void extend(X509* certificate, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    require(extension != nullptr, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Certificate selfSigned(EVP_PKEY* key) {
    Certificate made(X509_new());
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 86'400);
    X509_set_pubkey(made.get(), key);
    X509_NAME* name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(made.get(), name);
    extend(made.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(made.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    require(X509_sign(made.get(), key, EVP_sha256()) > 0, "signature");
    return made;
}

}  // namespace

void writeServerCertificate(const std::string& certificateFile, const std::string& keyFile) {
    const Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "key");
    const Certificate certificate = selfSigned(key.get());
    const File keyOut(std::fopen(keyFile.c_str(), "w"));
    require(keyOut && ::chmod(keyFile.c_str(), 0600) == 0 && PEM_write_PrivateKey(keyOut.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1, keyFile.c_str());
    const File certificateOut(std::fopen(certificateFile.c_str(), "w"));
    require(certificateOut && PEM_write_X509(certificateOut.get(), certificate.get()) == 1, certificateFile.c_str());
}

}  // namespace latchkey::test
