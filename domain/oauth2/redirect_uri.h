// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

/// Whether a requested redirect URI is one of the registered ones: character by character (RFC 9700 §2.1), but for a missing
/// root path (`https://app.example` is `https://app.example/`) and the port of an `http` URI whose host is localhost, 127.0.0.1
/// or [::1] (RFC 8252 §7.3).
LATCHKEY_API bool isRegisteredRedirectUri(std::string_view requested, const std::vector<std::string>& registered);

}  // namespace latchkey
