// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace latchkey::policy {

/// A glob over domain names as an RE2 pattern for a full match: `*` and `?` stay within a label, `**` crosses labels, `{a,b}` are
/// alternatives, `[ab]` and `[!ab]` one character, `\` quotes. Throws std::invalid_argument if brackets do not match.
std::string globToRegex(std::string_view glob);

}  // namespace latchkey::policy
