// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::pg {

/// The statements of a script, split at the semicolons that end them: not those in quotes, dollar quotes or comments. Pieces that
/// hold nothing but blanks and comments are left out.
std::vector<std::string> sqlStatements(std::string_view script);

}  // namespace latchkey::pg
