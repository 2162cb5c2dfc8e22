// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::templates {

inline constexpr std::string_view kFallbackLanguage = "en";

/// The language (one of `available`) for a person who asks for `preferred` (BCP 47 tags, the best first) or, where none of those
/// is there, by `acceptLanguage` (RFC 9110 §12.5.4). A regional tag is content with its base language; English if nothing fits.
LATCHKEY_API std::string chooseLanguage(const std::vector<std::string>& preferred, std::string_view acceptLanguage, const std::vector<std::string>& available);

}  // namespace latchkey::templates
