// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"

namespace latchkey::http {

/// No Accept, or one that allows HTML.
bool wantsHtml(const Request& request);

/// The answer to a path that no resource of the listener has, where none has pages of its own: a small page, or plain text if the client wants no HTML.
Response notFoundPage(const Request& request);

}  // namespace latchkey::http
