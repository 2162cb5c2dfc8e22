// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"

namespace latchkey::site {

void checkTemplates(const config::Section& root) {
    const config::Section section = root.section("templates");
    for (const char* key : {"path", "assets_manifest", "translations_path"}) section.optionalString(key);
}

}  // namespace latchkey::site
