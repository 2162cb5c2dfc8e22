// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"

namespace latchkey::passwords {

/// The section `passwords` of `config generate`.
class PasswordsGenerator final : public config::SectionGenerator {
public:
    std::string section() const override { return "passwords"; }
    int position() const override { return 50; }
    config::Node generate() const override;
};

}  // namespace latchkey::passwords
