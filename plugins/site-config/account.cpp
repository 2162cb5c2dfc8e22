// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"

namespace latchkey::site {

using config::Section;

void checkOAuth(const Section& root) {
    const Section section = root.section("oauth");
    section.boolean("device_code_grant_enabled", true);
    section.boolean("device_code_user_code_auto_fill_enabled", false);
}

}  // namespace latchkey::site
