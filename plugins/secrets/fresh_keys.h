// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace latchkey::secrets {

/// Fresh private keys for `secrets.keys`, each as unencrypted PEM: RSA with 2048 bits (PKCS#1), then P-256, P-384 and secp256k1
/// (SEC1). Throws Error if OpenSSL fails.
std::vector<std::string> freshSigningKeys();

}  // namespace latchkey::secrets
