// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key.h"

#include <string>

/// For the sources of domain/jose only.
namespace latchkey::jose {

/// The type of a key as OpenSSL holds it. Throws Error if it is of an unknown kind or curve, or an RSA key that is too weak (RFC 7518
/// §3.3) or so large that every use of it would be an attack on this server's time.
Key::Type checkedType(const evp_pkey_st* key);

}  // namespace latchkey::jose
