// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace latchkey::http {

/// 26 characters of Crockford's base 32: 48 bits of time, 80 random ones, in the shape of a ULID. Unique, not secret.
std::string newRequestId();

/// Whether an id that a proxy sent may be used: 1 to 64 of A–Z a–z 0–9 . _ -
bool isSafeRequestId(std::string_view id) noexcept;

}  // namespace latchkey::http
