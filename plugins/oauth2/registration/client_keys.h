// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/JSON/Object.h>

#include <optional>
#include <string>

namespace latchkey::oauth2 {

/// A client's public keys (`jwks`), as compact JSON with the members of each key in a fixed order; members that no standard knows
/// are left out. Nothing if it is no key set, a key lacks what its kind needs, or a key is private or symmetric.
std::optional<std::string> canonicalKeySet(const Poco::JSON::Object& set);

}  // namespace latchkey::oauth2
