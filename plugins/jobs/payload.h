// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::jobs {

/// A member of a payload. Absent or null: nothing. All throw Error for a payload, or a member, of another kind.
std::optional<std::string> optionalText(std::string_view payload, const char* member);
bool flag(std::string_view payload, const char* member, bool fallback);
Ulid userId(std::string_view payload);
std::optional<Ulid> optionalId(std::string_view payload, const char* member);
/// RFC 3339, in UTC.
Instant moment(std::string_view payload, const char* member);
std::string rfc3339(Instant at);

}  // namespace latchkey::jobs
