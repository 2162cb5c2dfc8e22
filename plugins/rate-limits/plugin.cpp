// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "kernel/config/section.h"
#include "kernel/services.h"
#include "plugins/rate-limits/stored_rate_limiter.h"

namespace latchkey::limits {

class RateLimitsPlugin final : public Plugin {
public:
    void configure(const config::Section& root) override { config_ = LimitsConfig::parse(root); }

    void start(Services& services) override {
        limiter_ = std::make_unique<StoredRateLimiter>(services.need<Store>(), config_);
        services.offer<RateLimiter>(*limiter_);
    }

    void stop() noexcept override { limiter_.reset(); }

private:
    LimitsConfig config_;
    std::unique_ptr<StoredRateLimiter> limiter_;
};

}  // namespace latchkey::limits

LATCHKEY_PLUGIN(latchkey::limits::RateLimitsPlugin, "rate-limits", latchkey::kVersion, "Counts attempts for `rate_limiting:`, across all processes")
