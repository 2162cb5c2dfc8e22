// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::http {

/// Percent-decoding; `plusIsBlank` as in application/x-www-form-urlencoded. Nothing if an escape is malformed, or the result
/// holds a NUL or is not UTF-8.
LATCHKEY_API std::optional<std::string> percentDecode(std::string_view encoded, bool plusIsBlank = false);
/// Well-formed UTF-8 without surrogates and overlong forms (RFC 3629).
LATCHKEY_API bool isUtf8(std::string_view text) noexcept;
/// For text and quoted attributes of HTML.
LATCHKEY_API std::string escapeHtml(std::string_view text);

}  // namespace latchkey::http
