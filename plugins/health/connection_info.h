// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"

#include <string>

namespace latchkey::health {

/// The text of /connection-info: the connection and the request's head, without credentials; control characters escaped.
std::string describe(const http::Request& request);

}  // namespace latchkey::health
