// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::config {

/// The normal form of an absolute URL as the WHATWG's URL standard serialises it, for what people write into configuration
/// files: scheme and host in lower case, default port dropped, an empty path of a special scheme becomes "/", dot segments
/// resolved, blanks and controls percent-encoded. Nothing if it is not absolute or its host or port is malformed.
LATCHKEY_API std::optional<std::string> normalizeUrl(std::string_view text);

}  // namespace latchkey::config
