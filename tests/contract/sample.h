// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"

#include <cstdint>

namespace latchkey::contract {

inline constexpr int kLong = 60'000;
inline constexpr Instant kNow{1'764'037'526'123'457};

inline Ulid idOf(int number) { return Ulid::make(kNow, {0, 0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)}); }

}  // namespace latchkey::contract
