// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"

namespace latchkey::secrets {

/// The section `secrets` of `config generate`: a fresh encryption key and four fresh signing keys.
class SecretsGenerator final : public config::SectionGenerator {
public:
    std::string section() const override { return "secrets"; }
    int position() const override { return 40; }
    config::Node generate() const override;
};

}  // namespace latchkey::secrets
