// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace latchkey::config {
class Section;
}

namespace latchkey::site {

/// What e-mail comes from where the configuration does not say.
inline constexpr const char* kDefaultMailbox = "\"Authentication Service\" <root@localhost>";

/// `user@example.org` or `Some Name <user@example.org>` (RFC 5322's mailbox, without comments and groups).
bool isMailbox(std::string_view text);

/// Notes a problem if the key is there and is no ULID; if it is required, also if it is not there.
void checkUlid(const config::Section& section, std::string_view key);
void checkMailbox(const config::Section& section, std::string_view key, std::string_view fallback);

/// Client authentication methods by what they need.
bool usesSecret(std::string_view method);

}  // namespace latchkey::site
