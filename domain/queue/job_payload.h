// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// A member of a job's payload. Absent or null: nothing. All throw Error for a payload, or a member, of another kind.
LATCHKEY_API std::optional<std::string> payloadText(std::string_view payload, const char* member);
LATCHKEY_API bool payloadFlag(std::string_view payload, const char* member, bool fallback);
LATCHKEY_API std::optional<Ulid> payloadId(std::string_view payload, const char* member);
/// The same, which must be there.
LATCHKEY_API Ulid requiredPayloadId(std::string_view payload, const char* member);

}  // namespace latchkey
