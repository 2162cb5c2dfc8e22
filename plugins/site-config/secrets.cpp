// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"
#include "plugins/site-config/syntax.h"

namespace latchkey::site {

void checkSecrets(const config::Section& root) {
    const config::Section section = root.requiredSection("secrets");
    if (!section.present()) return;
    const auto encryption = section.inlineOrFile("encryption", true);
    if (encryption.value && (encryption.value->reveal().size() != 64 || !isHex(encryption.value->reveal()))) {
        section.problem("encryption", "must be 64 hexadecimal digits (32 bytes): `openssl rand -hex 32` makes them");
    }
    for (const config::Section& key : section.sections("keys")) {
        key.optionalString("kid");
        key.inlineOrFile("key", true);
        key.inlineOrFile("password");
    }
    section.optionalString("keys_dir");
}

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
