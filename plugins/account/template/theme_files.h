// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/template/theme.h"

#include <map>
#include <string>

namespace latchkey::account {

/// The files of a theme by their names without folder: those built in, each replaced by the administrator's of the same name.
struct Theme::Files {
    std::map<std::string, std::string> templates;
    std::map<std::string, std::string> assets;
    Translations translations;

    static Files read(const ThemeSettings& settings);
};

}  // namespace latchkey::account
