// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/response.h"

#include <string>
#include <string_view>

namespace latchkey::http {

struct HeadOptions {
    bool keepAlive = true;
    bool http10 = false;
    std::string_view requestId;
};

/// Whether an answer of this status has a body (RFC 9110 §6.4.1).
constexpr bool hasContent(int status) { return status >= 200 && status != 204 && status != 304; }

/// The reason phrase; empty for statuses without one here.
std::string_view reasonPhrase(int status);

/// False if a status or header cannot be sent as it is: a name that is no token, a control character in a value.
bool isSendable(const Response& response);

/// Appends the status line and all fields. The front's own (Content-Length, Connection, Date, Transfer-Encoding, X-Request-Id)
/// replace whatever a handler set under these names.
void writeHead(std::string& out, const Response& response, const HeadOptions& options);

}  // namespace latchkey::http
