// SPDX-License-Identifier: Apache-2.0
#include "kernel/command.h"
#include "kernel/plugin_abi.h"
#include "plugins/site-config/checks.h"

namespace latchkey::site {

/// Knows the sections of the configuration that no other plugin of this version reads, so that the file of a MAS deployment is
/// checked whole.
class SiteConfigPlugin final : public Plugin {
public:
    void configure(const config::Section& root) override {
        for (const auto check : {checkTelemetry, checkUpstreamOAuth2, checkOAuth, checkExperimental}) {
            check(root);
        }
    }
};

}  // namespace latchkey::site

LATCHKEY_PLUGIN(latchkey::site::SiteConfigPlugin, "site-config", latchkey::kVersion, "Checks the sections that no other plugin reads")
