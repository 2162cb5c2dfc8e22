// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace latchkey::oauth2 {

/// What the homeserver shows people in their list of devices: "Client on Pixel 7", "Client on Firefox for Linux", or the
/// client alone if the user agent says nothing that people know.
std::string deviceName(const std::string& client, std::string_view userAgent);

}  // namespace latchkey::oauth2
