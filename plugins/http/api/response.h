// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/headers.h"

#include <memory>
#include <string>
#include <string_view>

namespace latchkey::http {

/// An answer, a value: what is sent is complete or nothing.
struct LATCHKEY_API Response {
    int status = 200;
    Headers headers;
    std::string body;
    /// For bodies that never change (a discovery document): sent without copying instead of `body`, if set.
    std::shared_ptr<const std::string> sharedBody;

    Response& header(std::string name, std::string value) &;
    Response&& header(std::string name, std::string value) &&;
    /// Cache-Control: no-store (RFC 6749 §5.1) and Pragma: no-cache.
    Response&& noStore() &&;
    std::string_view content() const { return sharedBody ? std::string_view(*sharedBody) : std::string_view(body); }
};

LATCHKEY_API Response empty(int status);
LATCHKEY_API Response text(int status, std::string body);                  ///< text/plain; charset=utf-8
LATCHKEY_API Response json(int status, std::string serialized);            ///< application/json
LATCHKEY_API Response html(int status, std::string body);                  ///< text/html; charset=utf-8
/// 303 See Other. Throws std::invalid_argument if the location holds a control character.
LATCHKEY_API Response redirect(std::string location, int status = 303);

}  // namespace latchkey::http
