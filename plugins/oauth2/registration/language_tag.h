// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::oauth2 {

/// A well-formed language tag (RFC 5646 §2.1) in its usual case (§2.1.1): `zh-Hant-TW`. Nothing if it is none.
std::optional<std::string> languageTag(std::string_view text);

}  // namespace latchkey::oauth2
