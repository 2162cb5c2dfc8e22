// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/template/theme.h"

namespace latchkey::account {

/// The pages of Visit::fallback.
std::vector<Sample> accountStateSamples();

}  // namespace latchkey::account
