// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"
#include "kernel/config/tree.h"
#include "kernel/export.h"

#include <vector>

namespace latchkey::config {

/// A whole configuration with fresh secrets: one section per generator, by their positions.
LATCHKEY_API Node generate(std::vector<const SectionGenerator*> generators);

/// What `config dump` prints: the tree as merged, with the defaults that readers took in sections that were written, and secrets
/// as `<redacted>`.
LATCHKEY_API Node effective(const Node& node);

}  // namespace latchkey::config
