// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pg_result;

namespace latchkey::pg {

/// What a statement leaves behind in its session: as far as its text tells (session_effects.h), or nothing, because its caller
/// undoes what it does, or it ends with the transaction (`set_config(…, true)`).
enum class SessionUse { byText, undone };

/// A statement with the name that stands in errors, slow-query logs and metrics, and that it is prepared under. Always a
/// namespace-level constexpr next to its method: names are unique in the whole plugin.
struct Query {
    const char* name;  ///< "oauth2_refresh_token.consume"
    const char* sql;   ///< one statement, parameters $1…, each with its cast: $1::uuid
    SessionUse session = SessionUse::byText;
};

/// A parameter, sent in PostgreSQL's text format. Values are kept by the Param, so temporaries are fine. JSON and IP addresses
/// are text with their cast: `$1::jsonb`, `$1::inet`. Text with a NUL character is refused when the statement runs.
class Param {
public:
    Param(std::nullptr_t) {}
    Param(std::string_view text) : text_(text) {}
    Param(const char* text) : text_(text) {}
    Param(const std::string& text) : text_(text) {}
    Param(std::int64_t value) : text_(std::to_string(value)) {}
    Param(int value) : text_(std::to_string(value)) {}
    Param(bool value) : text_(value ? "t" : "f") {}
    Param(Instant value) : text_(std::to_string(value.us)) {}  ///< SQL: LATCHKEY_INSTANT
    Param(const Ulid& value) : text_(value.uuid()) {}
    Param(const std::vector<std::string>& array);              ///< text[]
    template <typename T>
    Param(const std::optional<T>& value) {
        if (value) *this = Param(*value);
    }
    static Param bytes(std::string_view raw);                  ///< bytea

    const char* data() const { return text_ ? text_->c_str() : nullptr; }  ///< nullptr: SQL NULL
    bool holdsNul() const { return text_ && text_->find('\0') != std::string::npos; }

private:
    std::optional<std::string> text_;
};
using Params = std::initializer_list<Param>;

// Instants travel as integers of microseconds, exactly. In two parts, because PostgreSQL multiplies intervals as doubles, which
// are exact up to 2^53: as microseconds that would end in the year 2255. (extract() is a double on PostgreSQL 13: exact until 2242.)
//   in:  LATCHKEY_INSTANT("$2") → timestamptz        out: LATCHKEY_MICROS("created_at") → bigint
#define LATCHKEY_INSTANT(parameter)                                                                \
    "(timestamptz '1970-01-01 00:00:00+00' + " parameter "::bigint / 1000000 * interval '1 second'" \
    " + " parameter "::bigint % 1000000 * interval '1 microsecond')"
#define LATCHKEY_MICROS(column) "(extract(epoch from " column ") * 1000000)::bigint"

/// One row of a result; valid only inside the function that reads it. Columns count from 0. A NULL where the type does not allow
/// it, or text that does not fit the type, throws StorageInconsistent with the query's name and the column's.
class Row {
public:
    Row(const pg_result* result, int row, const Query& query) : result_(result), row_(row), query_(&query) {}

    bool isNull(int column) const;
    std::string_view view(int column) const;
    std::string text(int column) const { return std::string(view(column)); }
    std::int64_t int64(int column) const;
    int int32(int column) const;
    bool boolean(int column) const;
    Instant instant(int column) const;  ///< of a bigint of microseconds
    Ulid ulid(int column) const;
    std::string bytes(int column) const;
    std::vector<std::string> texts(int column) const;  ///< text[]; a NULL element is inconsistent
    std::string address(int column) const;             ///< of an inet, without a netmask; jsonb is text()

    std::optional<std::string> optionalText(int column) const;
    std::optional<std::int64_t> optionalInt64(int column) const;
    std::optional<Instant> optionalInstant(int column) const;
    std::optional<Ulid> optionalUlid(int column) const;
    std::optional<std::string> optionalAddress(int column) const;

private:
    [[noreturn]] void unfit(int column, const char* expected) const;
    const pg_result* result_;
    int row_;
    const Query* query_;
};

}  // namespace latchkey::pg
