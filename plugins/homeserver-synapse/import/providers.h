// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/homeserver-synapse/import/synapse_config.h"

namespace latchkey::synapse {

/// `upstream_oauth2.providers` for the OpenID providers of Synapse: those of oidc_providers, and that of the older oidc_config.
std::vector<config::Node> upstreamProviders(const SynapseSection& synapse);

}  // namespace latchkey::synapse
