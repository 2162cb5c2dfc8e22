// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/query.h"

#include "domain/store.h"
#include "plugins/storage-postgres/text_array.h"

#include <libpq-fe.h>

#include <charconv>
#include <limits>

namespace latchkey::pg {

Param::Param(const std::vector<std::string>& array) : text_(textArray(array)) {}

Param Param::bytes(std::string_view raw) { return Param(hexBytes(raw)); }

bool Row::isNull(int column) const { return PQgetisnull(result_, row_, column) != 0; }

std::string_view Row::view(int column) const {
    if (column >= PQnfields(result_) || isNull(column)) unfit(column, "a value");
    return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

std::int64_t Row::int64(int column) const {
    const std::string_view text = view(column);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) unfit(column, "a 64-bit integer");
    return value;
}

int Row::int32(int column) const {
    const std::int64_t value = int64(column);
    if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) unfit(column, "a 32-bit integer");
    return static_cast<int>(value);
}

bool Row::boolean(int column) const {
    const std::string_view text = view(column);
    if (text != "t" && text != "f") unfit(column, "a boolean");
    return text == "t";
}

Instant Row::instant(int column) const { return {int64(column)}; }

Ulid Row::ulid(int column) const {
    const auto id = Ulid::parseUuid(view(column));
    if (!id) unfit(column, "a uuid");
    return *id;
}

std::string Row::bytes(int column) const {
    auto raw = parseHexBytes(view(column));
    if (!raw) unfit(column, "bytea");
    return std::move(*raw);
}

std::vector<std::string> Row::texts(int column) const {
    auto elements = parseTextArray(view(column));
    if (!elements) unfit(column, "an array of text without NULLs");
    return std::move(*elements);
}

std::string Row::address(int column) const {
    const std::string_view text = view(column);
    return std::string(text.substr(0, text.find('/')));
}

std::optional<std::string> Row::optionalText(int column) const { return isNull(column) ? std::nullopt : std::optional(text(column)); }
std::optional<std::int64_t> Row::optionalInt64(int column) const { return isNull(column) ? std::nullopt : std::optional(int64(column)); }
std::optional<Instant> Row::optionalInstant(int column) const { return isNull(column) ? std::nullopt : std::optional(instant(column)); }
std::optional<Ulid> Row::optionalUlid(int column) const { return isNull(column) ? std::nullopt : std::optional(ulid(column)); }
std::optional<std::string> Row::optionalAddress(int column) const { return isNull(column) ? std::nullopt : std::optional(address(column)); }

void Row::unfit(int column, const char* expected) const {
    const char* name = PQfname(result_, column);
    throw StorageInconsistent(std::string(query_->name) + ": column " + (name == nullptr ? std::to_string(column) : name) + " is not " + expected);
}

}  // namespace latchkey::pg
