// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <string_view>

namespace latchkey {

/// Whether a name (UTF-8) may be taken for another one: a word of it mixes alphabets (a Cyrillic letter in a Latin word), all of its
/// letters look like those of ASCII though not all are, or it changes the direction of writing. By Unicode's UTS #39; names in one
/// alphabet, and words of several side by side, are none. Thread-safe.
LATCHKEY_API bool isLookalike(std::string_view name);

}  // namespace latchkey
