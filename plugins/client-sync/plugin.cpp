// SPDX-License-Identifier: Apache-2.0
#include "domain/event_sink.h"
#include "kernel/log.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/client-sync/sync_command.h"

namespace latchkey::clients {

/// Knows the section `clients`: clients that are in the database because the configuration says so.
class ClientSyncPlugin final : public Plugin {
public:
    void declare(Declarations& declarations) override {
        declarations.command(command_);
        declarations.serverOption(SyncAtStart::serverOption());
    }

    void configure(const config::Section& root) override {
        clients_ = parseClients(root);
        providers_ = root.section("upstream_oauth2").sections("providers").size();
    }

    void start(Services& services) override {
        services_ = &services;
        store_ = &services.need<Store>();
        encrypter_ = services.find<Encrypter>();
        services.offer<StartupTask>(atStart_);
    }

private:
    SyncResult sync(SyncMode mode) {
        if (providers_ > 0) log_.warn("client.no_providers", "upstream_oauth2.providers are not used by this version: nobody can log in by them", {{"providers", providers_}});
        return syncClients(*store_, encrypter_, clients_, mode, services_->find<Events>());
    }

    const log::Logger log_{"client-sync"};
    std::vector<StaticClient> clients_;
    std::size_t providers_ = 0;
    Services* services_ = nullptr;  // who listens to events starts later
    Store* store_ = nullptr;
    const Encrypter* encrypter_ = nullptr;
    SyncAtStart atStart_{[this](SyncMode mode) { return sync(mode); }};
    SyncCommand command_{atStart_, [this](SyncMode mode) { return sync(mode); }};
};

}  // namespace latchkey::clients

LATCHKEY_PLUGIN(latchkey::clients::ClientSyncPlugin, "client-sync", latchkey::kVersion, "Brings the clients of the configuration into the database")
