// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"

#include <cstdint>
#include <string_view>

namespace latchkey::http {

/// One answered request, for the log: `http.request` on the logger "http", level info; statuses from 500 on: warn, but for 503, of which
/// there may be thousands: `http.unavailable` tells of them.
/// The path is logged as sent, without query: codes and tokens stand there.
void logRequest(const Request& request, std::string_view method, int status, std::size_t bytes, std::uint64_t durationUs);

}  // namespace latchkey::http
