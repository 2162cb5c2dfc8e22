// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"

namespace latchkey::site {

void checkMatrix(const config::Section& root) {
    const config::Section section = root.requiredSection("matrix");
    if (!section.present()) return;
    section.oneOf("kind", "synapse", {"synapse", "synapse_modern", "synapse_legacy", "synapse_read_only"});
    section.string("homeserver", "localhost:8008");
    section.inlineOrFile("secret", true);
    if (section.has("endpoint")) section.optionalUrl("endpoint");
    else section.string("endpoint", "http://localhost:8008/");
}

}  // namespace latchkey::site
