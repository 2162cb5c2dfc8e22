// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace latchkey::config {
class Section;
}

namespace latchkey::policy {

struct Config {
    std::string engine = "builtin";
    std::string data = "{}";  ///< JSON: server_name and session_limit, and over them policy.data

    bool isBuiltin() const { return engine == "builtin"; }
    /// Checks `policy` as far as the built-in policy uses it: everything but `policy.opa`.
    static Config parse(const config::Section& root);
};

}  // namespace latchkey::policy
