// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "kernel/config/section.h"
#include "kernel/services.h"
#include "plugins/homeserver/choice.h"
#include "plugins/homeserver/doctor.h"
#include "plugins/homeserver/generator.h"
#include "plugins/homeserver/guarded_homeserver.h"

#include <optional>

namespace latchkey::homeserver {

/// Picks the kind that `matrix.kind` names and offers it as the Homeserver. Starts after all other base plugins, custom ones too, so
/// that any of them can bring a kind.
class HomeserverPlugin final : public Plugin, private StartupTask {
public:
    void declare(Declarations& declarations) override { declarations.generator(generator_); }

    void configure(const config::Section& root) override {
        settings_ = MatrixSettings::parse(root);
        // A plugin of somebody's own may bring another kind, which is known when all have started.
        if (root.section("plugins").has("extra")) return;
        const auto shipped = {"synapse", "synapse_modern", "synapse_legacy", "synapse_read_only", "webhook"};
        root.section("matrix").oneOf("kind", settings_.kind, {shipped.begin(), shipped.end()});
    }

    void start(Services& services) override {
        guarded_.emplace(chosen(services));
        check_.emplace(*guarded_, settings_);
        services.offer<Homeserver>(*guarded_);
        services.offer<WaitingRoom>(guarded_->room());
        services.offer<MetricsSource>(*guarded_);
        services.offer<DoctorCheck>(*check_);
        services.offer<StartupTask>(*this);
    }

    void stop() noexcept override {
        check_.reset();
        guarded_.reset();
        unusable_.reset();
    }

private:
    // A command that needs no homeserver must not fail for want of one; the server, which does, refuses to start.
    Homeserver& chosen(Services& services) {
        try {
            return openKind(services.all<HomeserverKind>(), settings_.kind);
        } catch (const Error& error) {
            return unusable_.emplace(error.what());
        }
    }

    void run(const Arguments&) override {
        if (unusable_) throw Error(unusable_->reason());
    }

    MatrixGenerator generator_;
    MatrixSettings settings_;
    std::optional<UnusableHomeserver> unusable_;
    std::optional<GuardedHomeserver> guarded_;
    std::optional<HomeserverCheck> check_;
};

}  // namespace latchkey::homeserver

LATCHKEY_PLUGIN(latchkey::homeserver::HomeserverPlugin, "homeserver", latchkey::kVersion, "The homeserver of the kind that `matrix.kind` names")
