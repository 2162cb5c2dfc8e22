// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/session_effects.h"

#include "plugins/storage-postgres/query.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace latchkey::pg {

namespace {

// Their effects end with the transaction, or are everybody's.
constexpr std::string_view kHarmless[] = {"select", "insert", "update", "delete", "merge", "with", "values", "table", "lock", "notify", "savepoint",
                                          "release", "truncate", "show", "set local", "set transaction", "set constraints",
                                          "begin", "start transaction", "commit", "rollback", "analyze", "vacuum"};

// What makes a change of even those; set_config() and the locks of a transaction are told apart by their names.
constexpr std::string_view kChanging[] = {"set_config", "pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock",
                                          "pg_try_advisory_lock_shared", "into temp", "into temporary"};

bool inWord(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

// The words in lower case, one blank before, between and after them. Comments in front are left out; later ones may be parts of
// literals, and to look into them does no harm.
std::string words(std::string_view sql) {
    std::string out = " ";
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const bool first = out.size() == 1;
        if (first && sql.substr(i, 2) == "--") i = std::min(sql.find('\n', i), sql.size() - 1);
        if (first && sql.substr(i, 2) == "/*") i = std::min(sql.find("*/", i), sql.size() - 2) + 1;
        const char c = sql[i] >= 'A' && sql[i] <= 'Z' ? static_cast<char>(sql[i] - 'A' + 'a') : sql[i];
        if (inWord(c)) out += c;
        else if (out.back() != ' ') out += ' ';
    }
    return out += ' ';
}

std::string asWord(std::string_view word) { return std::string(" ").append(word).append(" "); }

}  // namespace

bool mayChangeSession(const Query& query) {
    if (query.session == SessionUse::undone) return false;
    const std::string text = words(query.sql);
    const bool harmless = std::any_of(std::begin(kHarmless), std::end(kHarmless), [&](std::string_view start) { return text.starts_with(asWord(start)); });
    return !harmless || std::any_of(std::begin(kChanging), std::end(kChanging), [&](std::string_view word) { return text.find(asWord(word)) != std::string::npos; });
}

}  // namespace latchkey::pg
