// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"

namespace latchkey::pg {

/// The section `database` of `config generate`.
class DatabaseGenerator final : public config::SectionGenerator {
public:
    std::string section() const override { return "database"; }
    int position() const override { return 20; }
    config::Node generate() const override;
};

}  // namespace latchkey::pg
