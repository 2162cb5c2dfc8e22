// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::policy {

/// A URI of the narrow grammar that dynamic registration accepts: lower-case scheme; optional `//` with a host of lower-case
/// labels or [::1], and a port; an absolute path of A-Z a-z 0-9 / . _ ~ -; a query. No user information, no fragment.
struct Uri {
    std::string scheme;
    std::optional<std::string> host;  ///< nothing: no authority
    static std::optional<Uri> parse(std::string_view text);
};

bool isLoopback(std::string_view host);  ///< localhost, 127.0.0.1, [::1]
/// https to a host that is not this machine.
bool isSecure(const Uri& uri);
/// Equal to `parent` or below it, label by label.
bool isUnder(std::string_view host, std::string_view parent);
/// "example.com" → "com.example".
std::string reversedLabels(std::string_view host);

}  // namespace latchkey::policy
