// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace latchkey::jobs {

/// What others said may hold anything; a column of text takes one line of UTF-8, of at most 1000 bytes here. Whatever is none becomes `?`.
std::string storable(std::string_view reason);

}  // namespace latchkey::jobs
