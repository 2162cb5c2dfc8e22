// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"

namespace latchkey::http {

/// The answer to a path that no resource of the listener has: a small page, or plain text if the client wants no HTML.
Response notFoundPage(const Request& request);

}  // namespace latchkey::http
