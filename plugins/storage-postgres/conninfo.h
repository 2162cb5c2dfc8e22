// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/connect_options.h"

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::pg {

/// A URI or `key=value …`, taken apart.
struct Conninfo {
    Keywords keywords;  ///< with "password" if it was there
    std::vector<std::string> warnings;
    std::size_t statementCache = 100;
};

/// Understands what libpq does and the spellings that the reference takes besides: `ssl-mode`, `ssl-root-cert`, `ssl-ca`,
/// `ssl-cert`, `ssl-key`, `options[name]=value`, `statement-cache-capacity`. Unknown parameters of a URI become warnings.
/// Throws Error with no part of the text that could be a password.
Conninfo parseConninfo(std::string_view text);

}  // namespace latchkey::pg
