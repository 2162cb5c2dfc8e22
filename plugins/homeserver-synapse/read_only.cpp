// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-synapse/read_only.h"

namespace latchkey::synapse {

void ReadOnlySynapse::refuse() {
    throw HomeserverError("nothing is changed at the homeserver, as matrix.kind is synapse_read_only", HomeserverError::Reason::unsupported);
}

}  // namespace latchkey::synapse
