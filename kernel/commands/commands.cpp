// SPDX-License-Identifier: Apache-2.0
#include "kernel/commands/commands.h"

namespace latchkey {

std::vector<std::unique_ptr<Command>> kernelCommands(ServerApp& app) {
    std::vector<std::unique_ptr<Command>> commands;
    for (const auto make : {serverCommand, workerCommand, configCheckCommand, configDumpCommand, configGenerateCommand, doctorCommand, pluginsListCommand}) {
        commands.push_back(make(app));
    }
    return commands;
}

}  // namespace latchkey
