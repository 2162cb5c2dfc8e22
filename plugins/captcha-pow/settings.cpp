// SPDX-License-Identifier: Apache-2.0
#include "plugins/captcha-pow/settings.h"

#include "kernel/config/section.h"

namespace latchkey::pow {

Settings Settings::parse(const config::Section& root) {
    const config::Section section = root.section("captcha_pow");
    Settings settings;
    settings.enabled = section.boolean("enabled", settings.enabled);
    settings.difficulty = static_cast<int>(section.integer("difficulty", settings.difficulty, 1, 26));
    settings.lifetimeSeconds = static_cast<int>(section.integer("lifetime", settings.lifetimeSeconds, 30, 3600));
    return settings;
}

}  // namespace latchkey::pow
