// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace latchkey::oauth2 {

/// Whether strangers may register names directly below `host` (publicsuffix.org, both of its parts): `com`, `co.uk`, `github.io`.
/// Names that the list does not know, like `localhost`, are none. The system's list is used if it is newer than the library's.
bool isPublicSuffix(const std::string& host);

}  // namespace latchkey::oauth2
