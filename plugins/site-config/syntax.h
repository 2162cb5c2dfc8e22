// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace latchkey::config {
class Section;
}

namespace latchkey::site {

/// Notes a problem if the key is there and is no ULID; if it is required, also if it is not there.
void checkUlid(const config::Section& section, std::string_view key);

/// Client authentication methods by what they need.
bool usesSecret(std::string_view method);

}  // namespace latchkey::site
