// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <string>
#include <string_view>

namespace latchkey {

/// How a token or code is kept where it need not be read again: `sha256$` and the unpadded base64url of its SHA-256. The dollar
/// sign cannot stand in a token or code, so what is read from a database can never be presented as one.
LATCHKEY_API std::string tokenDigest(std::string_view token);

}  // namespace latchkey
