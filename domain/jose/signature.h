// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key.h"

#include <string>
#include <string_view>

/// For the sources of domain/jose only.
namespace latchkey::jose {

/// The bytes of a JWS signature (RFC 7518 §3: ECDSA as R‖S of fixed width). Throws Error if the key cannot.
std::string signRaw(const Key& key, Algorithm algorithm, std::string_view input);
bool verifyRaw(const Key& key, Algorithm algorithm, std::string_view input, std::string_view signature);

}  // namespace latchkey::jose
