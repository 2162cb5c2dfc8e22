// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "domain/outgoing_http.h"
#include "kernel/config/section.h"
#include "kernel/services.h"
#include "plugins/homeserver-synapse/doctor.h"
#include "plugins/homeserver-synapse/import/import.h"
#include "plugins/homeserver-synapse/legacy_synapse.h"
#include "plugins/homeserver-synapse/modern_synapse.h"
#include "plugins/homeserver-synapse/read_only.h"

#include <algorithm>

namespace latchkey::synapse {

/// Synapse in all its ways of being talked to.
class SynapsePlugin final : public Plugin, private HomeserverKind {
public:
    void declare(Declarations& declarations) override { declarations.import(import_); }

    void configure(const config::Section& root) override { settings_ = SynapseCheck::Settings::parse(root); }

    void start(Services& services) override {
        http_ = &services.need<OutgoingHttp>();
        services.offer<HomeserverKind>(*this);
        const auto all = kinds();
        if (std::find(all.begin(), all.end(), settings_.matrix.kind) == all.end()) return;
        check_ = std::make_unique<SynapseCheck>(*http_, settings_);
        services.offer<DoctorCheck>(*check_);
    }

    void stop() noexcept override {
        check_.reset();
        opened_.reset();
    }

private:
    std::vector<std::string> kinds() const override { return {"synapse", "synapse_modern", "synapse_read_only", "synapse_legacy"}; }

    Homeserver& open(std::string_view kind) override {
        HomeserverClient client(*http_, {.endpoint = settings_.matrix.endpoint, .secret = settings_.matrix.readSecret()});
        if (kind == "synapse_legacy") opened_ = std::make_unique<LegacySynapse>(std::move(client), settings_.matrix.serverName);
        else if (kind == "synapse_read_only") opened_ = std::make_unique<ReadOnlySynapse>(std::move(client));
        else opened_ = std::make_unique<ModernSynapse>(std::move(client));
        return *opened_;
    }

    const SynapseImport import_;
    SynapseCheck::Settings settings_;
    OutgoingHttp* http_ = nullptr;
    std::unique_ptr<Homeserver> opened_;
    std::unique_ptr<SynapseCheck> check_;
};

}  // namespace latchkey::synapse

LATCHKEY_PLUGIN(latchkey::synapse::SynapsePlugin, "homeserver-synapse", latchkey::kVersion, "Synapse as the homeserver: matrix.kind synapse, synapse_read_only, synapse_legacy")
