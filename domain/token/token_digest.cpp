// SPDX-License-Identifier: Apache-2.0
#include "domain/token/token_digest.h"

#include "domain/crypto/encoding.h"

namespace latchkey {

std::string tokenDigest(std::string_view token) { return "sha256$" + base64Url(sha256(token)); }

}  // namespace latchkey
