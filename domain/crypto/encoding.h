// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

LATCHKEY_API std::string base64(std::string_view bytes);                                ///< RFC 4648 §4, padded
LATCHKEY_API std::optional<std::string> fromBase64(std::string_view text);              ///< strict: padded, no blanks
LATCHKEY_API std::string base64Url(std::string_view bytes);                             ///< RFC 4648 §5, unpadded
LATCHKEY_API std::optional<std::string> fromBase64Url(std::string_view text);           ///< strict: unpadded
LATCHKEY_API std::string hex(std::string_view bytes);                                   ///< lower case
LATCHKEY_API std::string sha256(std::string_view bytes);                                ///< 32 raw bytes
LATCHKEY_API std::string sha384(std::string_view bytes);
LATCHKEY_API std::string sha512(std::string_view bytes);
LATCHKEY_API std::string hmacSha256(std::string_view key, std::string_view bytes);        ///< RFC 2104, 32 raw bytes

}  // namespace latchkey
