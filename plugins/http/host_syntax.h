// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace latchkey::http {

/// `uri-host [":" port]` of RFC 9110 §7.2: a name, an IPv4 address or a bracketed IPv6 address. Not empty, no user information.
bool isHost(std::string_view text) noexcept;

}  // namespace latchkey::http
