// SPDX-License-Identifier: Apache-2.0
#include "plugins/client-sync/sync_command.h"

#include "kernel/log.h"
#include "kernel/services.h"

namespace latchkey::clients {

OptionSpec SyncAtStart::serverOption() { return {.name = "no-sync", .help = "do not bring the clients of the configuration into the database"}; }

void SyncAtStart::run(const Arguments& serverArguments) {
    if (!serverArguments.has("no-sync")) sync_({});
}

std::vector<OptionSpec> SyncCommand::options() const {
    return {{.name = "prune", .help = "remove static clients that are no longer in the configuration, with their sessions"},
            {.name = "dry-run", .help = "say what would be done, without writing anything; migrations are not applied either"}};
}

int SyncCommand::run(const Arguments& arguments, Services& services) {
    const SyncMode mode{.prune = arguments.has("prune"), .dryRun = arguments.has("dry-run")};
    Arguments before;
    if (mode.dryRun) before.set("no-migrate", "");
    for (StartupTask* task : services.all<StartupTask>()) {
        if (task == &atStart_) break;
        task->run(before);
    }
    const SyncResult result = sync_(mode);
    log::Logger("client-sync").info("client.synced", mode.dryRun ? "dry run: nothing was written" : "the clients of the configuration are in the database",
                                    {{"added", result.added}, {"updated", result.updated}, {"unchanged", result.unchanged}, {"removed", result.removed}, {"left", result.left}});
    return 0;
}

}  // namespace latchkey::clients
