// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <string>
#include <string_view>

namespace latchkey {

/// What people know of a user agent: "Pixel 7", "Firefox for Linux", "Windows"; empty if it says nothing of that kind.
LATCHKEY_API std::string softwareName(std::string_view userAgent);

/// What the homeserver shows people in their list of devices: "Client on Pixel 7", "Client on Firefox for Linux", or the
/// client alone if the user agent says nothing that people know.
LATCHKEY_API std::string deviceName(const std::string& client, std::string_view userAgent);

}  // namespace latchkey
