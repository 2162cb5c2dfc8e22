// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/compat/token.h"
#include "domain/store.h"
#include "plugins/http/api/request.h"

namespace latchkey::compat {

/// Whose token stands in `Authorization: Bearer …`. Throws MatrixError: M_MISSING_TOKEN, or M_UNKNOWN_TOKEN for all that opens
/// nothing here (OAuth tokens, too).
CompatAccessDetails authenticated(Store& store, const http::Request& request, Instant now);

}  // namespace latchkey::compat
