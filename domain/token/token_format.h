// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

enum class TokenKind { access, refresh, compatAccess, compatRefresh, personalAccess };

/// `mat_<30 alphanumerics>_<6 characters>`: the last part is the CRC-32 (ISO-HDLC) of all before it, in base 62, least significant
/// digit first. Tokens of the reference look the same and go on working.
LATCHKEY_API std::string newToken(TokenKind kind);
/// The same for given randomness (at least 32 bytes, evenly distributed): equal bytes give equal tokens.
LATCHKEY_API std::string tokenFrom(TokenKind kind, std::string_view bytes);
/// Nothing if it is malformed or its checksum is wrong. Tokens imported from Synapse (`syt_…`, `syr_…`, macaroons) have no format
/// of ours and are told by their beginning.
LATCHKEY_API std::optional<TokenKind> tokenKind(std::string_view token);

}  // namespace latchkey
