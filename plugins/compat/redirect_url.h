// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace latchkey::compat {

/// Whether a browser may be sent there with a login token: an absolute URL of any scheme but those that run code, as printable
/// ASCII without backslashes, with a host if it is of http(s), never with user information (which is there to make one host look
/// like another). At most 2,048 bytes.
bool isRedirectUrl(std::string_view url);

}  // namespace latchkey::compat
