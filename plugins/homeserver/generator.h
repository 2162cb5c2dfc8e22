// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"

namespace latchkey::homeserver {

/// The section `matrix` of `config generate`.
class MatrixGenerator final : public config::SectionGenerator {
public:
    std::string section() const override { return "matrix"; }
    int position() const override { return 60; }
    config::Node generate() const override;
};

}  // namespace latchkey::homeserver
