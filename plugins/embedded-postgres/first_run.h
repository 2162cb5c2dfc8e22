// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/tree.h"
#include "plugins/embedded-postgres/data_directory.h"

#include <functional>
#include <string>

namespace latchkey::embedded {

/// Makes what `config generate` gave fit for a server of its own: the embedded database, listeners on free ports of this machine
/// (from 8080 on), and the public address that follows.
config::Node adapted(config::Node generated, const std::string& dataDir);

/// The configuration in the data directory; made the first time, with fresh secrets, readable by its owner only. Of two
/// processes that make it at once one wins, and both use that. Throws Error or ConfigError.
config::Node configuration(const Paths& paths, const std::function<config::Node()>& generate);

/// The first free TCP port from `from` on, on all of this machine's addresses.
int freePort(int from);

}  // namespace latchkey::embedded
