// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/connect_options.h"

#include <cstdint>
#include <optional>
#include <string>

namespace latchkey::config {
class Section;
}

namespace latchkey::pg {

/// How many connections are kept, and how long. Times in seconds, if the name has no other unit.
struct PoolLimits {
    std::uint32_t maxConnections = 10;
    std::uint32_t minConnections = 0;
    std::int64_t acquireTimeout = 30;                ///< waiting for a connection, opening one included
    std::optional<std::int64_t> idleTimeout = 600;   ///< nothing: idle connections are kept
    std::optional<std::int64_t> maxLifetime = 1800;  ///< nothing: connections are kept while they work
    std::int64_t pingAfterMs = 5'000;                ///< idle for longer: asked for a sign of life before use. No setting

    /// What one process opens at most: besides the pool one connection that holds locks of users, and one that listens.
    std::int64_t perProcess() const noexcept { return std::int64_t{maxConnections} + kBesidesPool; }
    static constexpr std::int64_t kBesidesPool = 2;
};

/// The section `database`.
struct Config {
    ConnectOptions connect;
    PoolLimits pool;
    // Read when the connection options are made, not when the configuration is checked.
    std::optional<std::string> caFile;
    std::optional<std::string> certificateFile;
    std::optional<std::string> keyFile;

    /// `root` is the whole configuration. Does no I/O.
    static Config parse(const config::Section& root);

    /// With the TLS files' content, so that they are read once, and a missing one is named by its setting. Throws ConfigError.
    ConnectOptions connectOptions() const;
};

}  // namespace latchkey::pg
