// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace latchkey {
class Arguments;
namespace config {
class Section;
class Tree;
}  // namespace config
}  // namespace latchkey

namespace latchkey::embedded {

struct Config {
    std::string dataDir;                 ///< absolute, without a trailing slash
    std::optional<std::string> binDir;   ///< where initdb and postgres are; absent: looked for
    bool byOption = false;               ///< asked for by `server --embedded`, so this process is a server
};

/// `$XDG_DATA_HOME/latchkey`, `~/.local/share/latchkey`; /var/lib/latchkey for root.
/// Throws ConfigError if there is no home directory.
std::string defaultDataDir();

/// What `server --embedded[=DIR]` and `database.embedded` ask for; nothing if neither does. Throws ConfigError if the two name
/// different directories. A `database.embedded` of the wrong type counts as absent: report() names it.
std::optional<Config> wanted(const config::Tree& tree, const Arguments& serverArguments);

/// Keys below `database` that say where another database is, and so exclude an embedded one.
std::vector<std::string> conflicts(const config::Tree& tree);

/// Notes what is wrong with `database.embedded`, and `conflicting`.
void report(const config::Section& root, bool embedded, const std::vector<std::string>& conflicting);

}  // namespace latchkey::embedded
