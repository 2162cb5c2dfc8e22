// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/policy-opa/opa_policy.h"

#include <optional>

namespace latchkey::opa {

/// Offers the Policy if `policy.engine` is `opa`.
class PolicyOpaPlugin final : public Plugin {
public:
    void configure(const config::Section& root) override { config_ = Config::parse(root); }

    void start(Services& services) override {
        if (!config_.chosen) return;
        policy_.emplace(services.need<OutgoingHttp>(), config_, token());
        services.offer<Policy>(*policy_);
    }

private:
    std::string token() const {
        if (config_.token.value) return config_.token.value->reveal();
        if (!config_.token.file) return {};
        std::string text = config::readFile("policy.opa.token_file", *config_.token.file, 16'384);
        while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
        return text;
    }

    Config config_;
    std::optional<OpaPolicy> policy_;
};

}  // namespace latchkey::opa

LATCHKEY_PLUGIN(latchkey::opa::PolicyOpaPlugin, "policy-opa", latchkey::kVersion, "Asks an Open Policy Agent server what is allowed")
