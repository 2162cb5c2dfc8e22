// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/generate.h"

namespace latchkey::synapse {

/// `config generate --synapse-config`: begins with what Synapse's configuration says.
class SynapseImport final : public config::ConfigImport {
public:
    OptionSpec option() const override;
    void apply(config::Node& generated, const std::vector<std::string>& files) const override;
};

}  // namespace latchkey::synapse
