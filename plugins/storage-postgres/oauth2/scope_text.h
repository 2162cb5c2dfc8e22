// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/scope.h"

#include <string_view>

namespace latchkey::pg {

/// Of a text column: tokens between blanks, as they stand there. The reference may have stored an empty one.
Scope storedScope(std::string_view text);

}  // namespace latchkey::pg
