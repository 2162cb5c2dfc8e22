// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace latchkey::passwords {

/// zxcvbn's score: 0 (guessed by anybody) to 4 (more than 10^10 guesses).
int complexity(std::string_view password);

}  // namespace latchkey::passwords
