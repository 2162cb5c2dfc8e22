// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::oauth2 {

/// The normal form of an http(s) URL's host: a name (IDNA, Punycode), an IPv4 address, `[…]`. Nothing if malformed.
std::optional<std::string> webHost(std::string_view text);
/// The host of any other scheme's URL, which is kept as it is. May be empty.
std::optional<std::string> opaqueHost(std::string_view text);

}  // namespace latchkey::oauth2
