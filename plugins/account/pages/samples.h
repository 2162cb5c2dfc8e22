// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/template/theme.h"

namespace latchkey::account {

/// Of all pages. A new page adds its own here.
std::vector<Sample> allSamples();

}  // namespace latchkey::account
