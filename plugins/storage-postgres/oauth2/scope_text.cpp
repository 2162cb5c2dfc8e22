// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/oauth2/scope_text.h"

#include <algorithm>

namespace latchkey::pg {

Scope storedScope(std::string_view text) {
    std::vector<std::string> tokens;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) tokens.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return Scope(std::move(tokens));
}

}  // namespace latchkey::pg
