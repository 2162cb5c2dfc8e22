// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <string>
#include <string_view>

namespace latchkey {

/// Whether a browser may be sent there with a login token: an absolute URL of any scheme but those that run code, as printable
/// ASCII without backslashes, with a host if it is of http(s), never with user information (which is there to make one host look
/// like another). At most 2,048 bytes.
LATCHKEY_API bool isRedirectUrl(std::string_view url);

/// `url` with the parameter `loginToken` (Matrix client API, SSO client login): at the end of its query, before its fragment.
LATCHKEY_API std::string withLoginToken(std::string_view url, std::string_view token);

}  // namespace latchkey
