// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/passwords/wiped.h"

#include <string_view>

namespace latchkey::passwords {

/// Unicode's normalization form NFKC of UTF-8. What is not UTF-8 stays as it is.
Wiped nfkc(std::string_view text);

}  // namespace latchkey::passwords
