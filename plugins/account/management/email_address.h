// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey::account {

/// In lower case, as far as ASCII goes: addresses are compared so.
std::string lowered(std::string_view address);
/// A key for UnitOfWork::lock: of two people who add the same address at once, one waits for the other.
std::int64_t addressLock(std::string_view address);

}  // namespace latchkey::account
