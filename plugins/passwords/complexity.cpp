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
    // The library counts random characters by their alphabets, as zxcvbn once did; today's takes ten guesses for each at most,
    // so that five characters never are a strong password.
    const auto characters = std::count_if(text.text.begin(), text.text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    const double guesses = std::min(std::exp2(ZxcvbnMatch(text.text.c_str(), nullptr, nullptr)), std::pow(10, static_cast<double>(characters)));
    return static_cast<int>(std::count_if(kGuesses.begin(), kGuesses.end(), [&](double least) { return guesses >= least; }));
}

}  // namespace latchkey::passwords
