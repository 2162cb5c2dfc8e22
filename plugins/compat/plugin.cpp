// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/compat_surface.h"

#include "domain/event_sink.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"

#include <optional>

namespace latchkey::compat {

/// Log-in by Matrix's client-server API, for clients from before OAuth. Resource `compat`.
class CompatPlugin final : public Plugin {
public:
    void configure(const config::Section& root) override { settings_ = Settings::parse(root); }

    void start(Services& services) override {
        surface_.emplace(settings_, Neighbours{.store = services.need<Store>(),
                                               .hasher = services.need<PasswordHasher>(),
                                               .limiter = services.need<RateLimiter>(),
                                               .policy = services.need<Policy>(),
                                               .activity = services.need<ActivityRecorder>(),
                                               .homeserver = services.find<Homeserver>(),
                                               .locks = services.find<UserLocks>(),
                                               .room = services.find<WaitingRoom>(),
                                               .events = services.find<Events>()});
        services.offer<http::Surface>(*surface_);
        services.offer<MetricsSource>(surface_->metrics());
    }

private:
    Settings settings_;
    std::optional<CompatSurface> surface_;
};

}  // namespace latchkey::compat

LATCHKEY_PLUGIN(latchkey::compat::CompatPlugin, "compat", latchkey::kVersion, "Log-in by Matrix's client-server API")
