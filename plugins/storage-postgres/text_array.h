// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::pg {

/// `{"a","b\"c"}`: PostgreSQL's text form of text[].
std::string textArray(const std::vector<std::string>& elements);

/// Nothing if it is not the text form of a one-dimensional array without NULLs.
std::optional<std::vector<std::string>> parseTextArray(std::string_view text);

/// `\x00ff`, the text form of bytea.
std::string hexBytes(std::string_view raw);
std::optional<std::string> parseHexBytes(std::string_view text);

}  // namespace latchkey::pg
