// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"

#include <optional>
#include <string>
#include <vector>

namespace latchkey::secrets {

/// One item of `secrets.keys`.
struct KeyConfig {
    std::string where;  ///< path of the item: "secrets.keys[1]"
    std::optional<std::string> kid;
    config::Section::InlineOrFile key;
    config::Section::InlineOrFile password;
};

/// The section `secrets`, as written. Files that it names are not opened here: `config check` never does.
struct Config {
    config::Section::InlineOrFile encryption;
    std::vector<KeyConfig> keys;
    std::optional<std::string> keysDir;

    static Config parse(const config::Section& root);
};

}  // namespace latchkey::secrets
