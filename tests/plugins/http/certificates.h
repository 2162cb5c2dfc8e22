// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace latchkey::http::test {

struct CertificateAndKey {
    std::string certificate;  ///< PEM
    std::string key;          ///< PEM, PKCS#8
};

/// A self-signed certificate with a new P-256 key.
CertificateAndKey makeCertificate(const std::string& commonName);

enum class KeyForm { traditional, der, encryptedPem, encryptedDer };
std::string convertKey(const std::string& pem, KeyForm form, const std::string& password);

std::string makeTemporaryFolder();
void writeFile(const std::string& path, const std::string& content);
std::string readFile(const std::string& path);

}  // namespace latchkey::http::test
