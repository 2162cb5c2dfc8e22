// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"

#include <optional>
#include <string>

namespace latchkey::account {

// What the endpoints have in common that assets/live-check.js asks while somebody types.

/// Takes one try of the address. True: it has had too many. Forms that judge the same on their way ask it, too.
bool checksTooOften(RateLimiter& limiter, const std::optional<std::string>& ip);
/// The answer for who asks too often; nothing for everybody else.
std::optional<http::Response> tooManyChecks(RateLimiter& limiter, const http::Request& request);

/// What is made of the input that the script calls `what`. `ok` is true, false, or null where nobody knows; `text` is shown;
/// `more` is JSON for what else there is to say (`,"score":4`).
http::Response liveVerdict(const std::string& what, const char* ok, const std::string& text, const std::string& more = {});

}  // namespace latchkey::account
