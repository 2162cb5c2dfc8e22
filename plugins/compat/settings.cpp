// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/settings.h"

#include "kernel/config/section.h"

namespace latchkey::compat {

Settings Settings::parse(const config::Section& root) {
    Settings settings;
    settings.url = http::PublicUrl::parse(root);
    settings.serverName = root.section("matrix").string("homeserver", "localhost:8008");
    const config::Section experimental = root.section("experimental");
    settings.accessTokenLifetime = Duration::seconds(experimental.seconds("compat_token_ttl", 300));
    if (experimental.has("session_limit")) {
        const config::Section limit = experimental.section("session_limit");
        settings.evict = limit.present() && limit.boolean("dangerous_hard_limit_eviction", false);
    }
    return settings;
}

}  // namespace latchkey::compat
