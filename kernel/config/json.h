// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/tree.h"
#include "kernel/export.h"

#include <string>

namespace latchkey::config {

/// A value of the configuration as JSON text; for free-form settings that somebody else understands. Numbers that JSON cannot
/// write (infinities, NaN, integers beyond 64 bits) become strings.
LATCHKEY_API std::string toJson(const Node& node);

}  // namespace latchkey::config
