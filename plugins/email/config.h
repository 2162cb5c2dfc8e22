// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"
#include "plugins/email/mime.h"

#include <string>

namespace latchkey::email {

/// What all transports of the section `email` have in common; the plugin of each reads its own keys.
struct EmailConfig {
    std::string transport = "blackhole";
    Sender sender;

    static EmailConfig parse(const config::Section& root);
};

/// The section `email` of `config generate`: mail is dropped until the administrator says where it goes.
class EmailGenerator final : public config::SectionGenerator {
public:
    std::string section() const override { return "email"; }
    int position() const override { return 30; }
    config::Node generate() const override;
};

}  // namespace latchkey::email
