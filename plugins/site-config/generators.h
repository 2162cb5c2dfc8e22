// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"

#include <memory>
#include <vector>

namespace latchkey::site {

/// The section `email` of `config generate`.
std::vector<std::unique_ptr<config::SectionGenerator>> sectionGenerators();

}  // namespace latchkey::site
