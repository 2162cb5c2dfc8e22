// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/complexity.h"

#include "plugins/passwords/wiped.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <zxcvbn.h>

namespace latchkey::passwords {

int complexity(std::string_view password) {
    constexpr std::array kGuesses = {1e3, 1e6, 1e8, 1e10};
    constexpr std::size_t kLookedAt = 100;  // as other implementations do; what follows cannot make it weaker
    Wiped text(kLookedAt);
    text.text = password.substr(0, kLookedAt);
    const double guesses = std::exp2(ZxcvbnMatch(text.text.c_str(), nullptr, nullptr));
    return static_cast<int>(std::count_if(kGuesses.begin(), kGuesses.end(), [&](double least) { return guesses >= least; }));
}

}  // namespace latchkey::passwords
