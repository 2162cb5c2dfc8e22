// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/passwords/hasher.h"

namespace latchkey::passwords::test {

inline SchemeConfig scheme(int version, Algorithm algorithm, bool normalize = false, std::optional<std::string> pepper = std::nullopt) {
    SchemeConfig made;
    made.version = version;
    made.algorithm = algorithm;
    made.normalize = normalize;
    made.cost = 4;
    if (pepper) made.pepper = config::Secret(*pepper);
    return made;
}

inline PasswordConfig with(std::vector<SchemeConfig> schemes) {
    PasswordConfig made;
    made.schemes = std::move(schemes);
    return made;
}

}  // namespace latchkey::passwords::test
