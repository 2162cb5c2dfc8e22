// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace latchkey::pg {

// How the text of a token or code is written: as the database says at that moment (table latchkey_settings), so that a running
// server follows `database harden` at once. That command relies on the sub-select's lock on the table, which lasts to the end of
// the transaction.
#define LATCHKEY_STORED_TEXT(plain, digest)                                                                                        \
    "CASE (SELECT value FROM latchkey_settings WHERE name = 'token_storage') WHEN 'digest' THEN " digest "::text ELSE " plain "::text END"

// Either form, by the unique index of the column.
#define LATCHKEY_EITHER_TEXT(plain, digest) "ANY (ARRAY[" plain "::text, " digest "::text])"

/// Whether this may be looked for: never what is read from a database, which would be found as if it were a plain text.
inline bool presentable(std::string_view text) { return !text.empty() && text.find_first_of(std::string_view("$\0", 2)) == std::string_view::npos; }

}  // namespace latchkey::pg
