// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"

#include <memory>
#include <vector>

namespace latchkey::site {

/// The sections `email`, `secrets` and `matrix` of `config generate`, in this order.
std::vector<std::unique_ptr<config::SectionGenerator>> sectionGenerators();

}  // namespace latchkey::site
