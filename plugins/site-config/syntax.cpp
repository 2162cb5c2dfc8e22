// SPDX-License-Identifier: Apache-2.0
#include "plugins/site-config/syntax.h"

#include "domain/id.h"
#include "kernel/config/section.h"

namespace latchkey::site {

void checkUlid(const config::Section& section, std::string_view key) {
    const std::string text = section.requiredString(key);
    if (!text.empty() && !Ulid::parse(text)) section.problem(key, "`" + text.substr(0, 40) + "` is not a ULID: 26 characters of 0-9 and A-Z without I, L, O and U");
}

bool usesSecret(std::string_view method) { return method.starts_with("client_secret_"); }

}  // namespace latchkey::site
