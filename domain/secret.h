// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey {

/// Compares two secrets in a time that depends on their lengths only. The one way to compare secrets in this project.
LATCHKEY_API bool constantTimeEquals(std::string_view a, std::string_view b) noexcept;

/// From the operating system's generator; throws Error if it fails.
LATCHKEY_API std::string randomBytes(std::size_t count);
/// Characters drawn evenly from A–Z a–z 0–9.
LATCHKEY_API std::string randomAlphanumerics(std::size_t count);

}  // namespace latchkey
