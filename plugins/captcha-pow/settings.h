// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace latchkey::config {
class Section;
}

namespace latchkey::pow {

/// The section `captcha_pow`.
struct Settings {
    bool enabled = false;
    int difficulty = 18;         ///< bits: 2^18 hashes on average, about half a second on a phone
    int lifetimeSeconds = 600;

    static Settings parse(const config::Section& root);
};

}  // namespace latchkey::pow
