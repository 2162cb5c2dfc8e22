// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/command.h"

#include <memory>
#include <vector>

namespace latchkey {

class ServerApp;

/// The commands that the kernel itself brings; plugins bring the others.
std::vector<std::unique_ptr<Command>> kernelCommands(ServerApp& app);

std::unique_ptr<Command> serverCommand(ServerApp& app);
std::unique_ptr<Command> workerCommand(ServerApp& app);
std::unique_ptr<Command> configCheckCommand(ServerApp& app);
std::unique_ptr<Command> configDumpCommand(ServerApp& app);
std::unique_ptr<Command> configGenerateCommand(ServerApp& app);
std::unique_ptr<Command> doctorCommand(ServerApp& app);
std::unique_ptr<Command> pluginsListCommand(ServerApp& app);

}  // namespace latchkey
