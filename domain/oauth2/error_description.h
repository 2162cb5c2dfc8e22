// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace latchkey {

/// What `error_description` may hold (RFC 6749 §5.2): printable ASCII without quotes and backslashes. Parts of it come from policies and
/// from the request itself.
inline std::string errorDescription(std::string text) {
    for (char& c : text) {
        if (c == '"' || c == '\\') c = '\'';
        else if (c < 0x20 || c > 0x7e) c = '?';
    }
    return text;
}

}  // namespace latchkey
