// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/http/certificates.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdexcept>

namespace latchkey::http::test {

namespace {

std::string take(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

}  // namespace

CertificateAndKey makeCertificate(const std::string& commonName) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(commonName.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    BIO* pem = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(pem, certificate);
    BIO* keyPem = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(keyPem, key, nullptr, nullptr, 0, nullptr, nullptr);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return {take(pem), take(keyPem)};
}

std::string convertKey(const std::string& pem, KeyForm form, const std::string& password) {
    BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
    BIO_free(in);
    BIO* out = BIO_new(BIO_s_mem());
    const auto length = static_cast<int>(password.size());
    switch (form) {
    case KeyForm::traditional: PEM_write_bio_PrivateKey_traditional(out, key, nullptr, nullptr, 0, nullptr, nullptr); break;
    case KeyForm::der: i2d_PrivateKey_bio(out, key); break;
    case KeyForm::encryptedPem: PEM_write_bio_PKCS8PrivateKey(out, key, EVP_aes_256_cbc(), password.data(), length, nullptr, nullptr); break;
    case KeyForm::encryptedDer: i2d_PKCS8PrivateKey_bio(out, key, EVP_aes_256_cbc(), password.data(), length, nullptr, nullptr); break;
    }
    EVP_PKEY_free(key);
    return take(out);
}

std::string makeTemporaryFolder() {
    char path[] = "/tmp/latchkey-http-XXXXXX";
    if (::mkdtemp(path) == nullptr) throw std::runtime_error("no temporary folder");
    return path;
}

void writeFile(const std::string& path, const std::string& content) { std::ofstream(path, std::ios::binary) << content; }

std::string readFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace latchkey::http::test
