// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "kernel/error.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/policy-builtin/builtin_policy.h"
#include "plugins/policy-builtin/config.h"
#include "plugins/policy-builtin/dynamic_data.h"

#include <optional>

namespace latchkey::policy {

constexpr std::int64_t kRefreshMs = 60'000;

/// Offers the Policy, unless `policy.engine` names another; then it makes sure that there is one.
class PolicyBuiltinPlugin final : public Plugin, private StartupTask, private Reloadable {
public:
    void configure(const config::Section& root) override { config_ = Config::parse(root); }

    void start(Services& services) override {
        services_ = &services;
        services.offer<StartupTask>(*this);
        if (!config_.isBuiltin()) return;
        policy_.emplace(config_.data);
        Store& store = services.need<Store>();
        dynamic_.emplace([&store] { return store.begin()->policyData().newest(); }, *policy_);
        services.offer<Policy>(*policy_);
        services.offer<Reloadable>(*this);
    }

    void stop() noexcept override {
        if (dynamic_) dynamic_->stop();
    }

private:
    // After the migrations; commands other than `server` decide nothing and go without.
    void run(const Arguments&) override {
        if (services_->find<Policy>() == nullptr) {
            throw PluginError("policy.engine is `" + config_.engine + "`, and no plugin of that name offers a policy: "
                              "load it under plugins.extra with `group: base`, or use `builtin` or `opa`");
        }
        if (!dynamic_) return;
        dynamic_->load();
        dynamic_->refreshEvery(kRefreshMs);
    }
    void reload() override { dynamic_->load(); }

    Config config_;
    const Services* services_ = nullptr;
    std::optional<BuiltinPolicy> policy_;
    std::optional<DynamicData> dynamic_;
};

}  // namespace latchkey::policy

LATCHKEY_PLUGIN(latchkey::policy::PolicyBuiltinPlugin, "policy-builtin", latchkey::kVersion, "Decides what is allowed, by the rules of MAS's stock policy")
