// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/live_check.h"

#include <Poco/JSONString.h>

namespace latchkey::account {

std::optional<http::Response> tooManyChecks(RateLimiter& limiter, const http::Request& request) {
    if (!limiter.take(RateLimiter::Bucket::registrationCheckPerIp, request.clientIp.value_or("unknown"))) return std::nullopt;
    return http::json(429, "{\"error\":\"rate_limited\"}").noStore();
}

http::Response liveVerdict(const std::string& what, const char* ok, const std::string& text, const std::string& more) {
    const std::string verdict = std::string("{\"ok\":") + ok + more + ",\"text\":" + Poco::toJSON(text, true) + "}";
    return http::json(200, "{\"" + what + "\":" + verdict + "}").noStore();
}

}  // namespace latchkey::account
