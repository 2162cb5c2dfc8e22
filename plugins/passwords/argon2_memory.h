// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace latchkey::passwords {

/// Memory for libargon2 (which overwrites it before giving it back), kept by the thread for the next hash: mapping 19 MiB anew for
/// each would cost thousands of page faults.
int takeArgon2Memory(std::uint8_t** memory, std::size_t size);
void giveArgon2Memory(std::uint8_t* memory, std::size_t size);

/// Gives what this thread keeps back to the system.
void releaseArgon2Memory() noexcept;

}  // namespace latchkey::passwords
