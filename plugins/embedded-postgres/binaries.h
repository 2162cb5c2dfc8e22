// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace latchkey::embedded {

/// PostgreSQL's server programs.
struct Binaries {
    std::string directory;
    int major = 0;  ///< 15
    std::string program(const std::string& name) const { return directory + "/" + name; }
};

/// The major version of the cluster in `pgdata`, or nothing if there is none. Throws Error if PG_VERSION cannot be understood.
std::optional<int> clusterMajor(const std::string& pgdata);

/// In `binDir` if that is given; else, for a cluster of major version `clusterMajor`, that version's Debian directory; else the
/// newest of /usr/lib/postgresql/*/bin, else PATH. Throws Error if there are none (with the package to install), or if they are
/// of another major version than the cluster (with both, and the ways out).
Binaries findBinaries(const std::optional<std::string>& binDir, std::optional<int> clusterMajor, const std::string& dataDir);

}  // namespace latchkey::embedded
