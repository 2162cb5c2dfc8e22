// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

/// The word that `typed` was probably meant to be: at most a third of its letters (and two at least) are wrong, missing, too many
/// or swapped with a neighbour.
LATCHKEY_API std::optional<std::string> nearest(std::string_view typed, const std::vector<std::string>& words);

}  // namespace latchkey
