// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace latchkey::pg {

/// The address, if the server will take it for one: what is noted in passing must not make a statement fail.
std::optional<std::string> inetOrNothing(const std::optional<std::string>& address);

}  // namespace latchkey::pg
