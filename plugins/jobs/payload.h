// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"

#include <string>
#include <string_view>

namespace latchkey::jobs {

/// A member of a payload, besides those of domain/queue/job_payload.h. Throws Error if it is missing or another thing.
/// RFC 3339, in UTC.
Instant moment(std::string_view payload, const char* member);
std::string rfc3339(Instant at);

}  // namespace latchkey::jobs
