// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

namespace latchkey {

/// The system's clock, UTC.
LATCHKEY_API Instant currentTime() noexcept;
/// A new id of this moment, from the operating system's random numbers.
LATCHKEY_API Ulid newId(Instant now);

}  // namespace latchkey
