// SPDX-License-Identifier: Apache-2.0
#include "kernel/command.h"
#include "kernel/plugin_abi.h"
#include "plugins/site-config/checks.h"
#include "plugins/site-config/generators.h"

namespace latchkey::site {

/// Knows the sections of the configuration that no other plugin of this version reads, so that the file of a MAS deployment is
/// checked whole, and generated whole.
class SiteConfigPlugin final : public Plugin {
public:
    void declare(Declarations& declarations) override {
        for (const auto& each : generators_) declarations.generator(*each);
    }

    void configure(const config::Section& root) override {
        for (const auto check : {checkTelemetry, checkEmail, checkUpstreamOAuth2, checkCaptcha, checkOAuth, checkExperimental}) {
            check(root);
        }
    }

private:
    const std::vector<std::unique_ptr<config::SectionGenerator>> generators_ = sectionGenerators();
};

}  // namespace latchkey::site

LATCHKEY_PLUGIN(latchkey::site::SiteConfigPlugin, "site-config", "0.1.0", "Checks and generates the sections that no other plugin reads")
