// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key_set.h"
#include "plugins/oauth2/registration/client_metadata.h"

namespace latchkey::oauth2 {

/// What must hold between the members of a client's metadata (RFC 7591 §2, OpenID Connect Dynamic Client Registration 1.0 §2), and
/// what this server can do: `keys` are its own. Throws invalid_redirect_uri or invalid_client_metadata.
void requireValid(const ClientMetadata& metadata, const jose::KeySet& keys);

}  // namespace latchkey::oauth2
