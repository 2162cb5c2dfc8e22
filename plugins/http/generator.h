// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"

namespace latchkey::http {

/// The section `http` of `config generate`: the built-in listeners, written out.
class HttpGenerator final : public config::SectionGenerator {
public:
    std::string section() const override { return "http"; }
    int position() const override { return 10; }
    config::Node generate() const override;
};

}  // namespace latchkey::http
