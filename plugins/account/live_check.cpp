// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/live_check.h"

#include <Poco/JSONString.h>

namespace latchkey::account {

bool checksTooOften(RateLimiter& limiter, const std::optional<std::string>& ip) {
    return limiter.take(RateLimiter::Bucket::registrationCheckPerIp, ip.value_or("unknown")).has_value();
}

std::optional<http::Response> tooManyChecks(RateLimiter& limiter, const http::Request& request) {
    if (!checksTooOften(limiter, request.clientIp)) return std::nullopt;
    return http::json(429, "{\"error\":\"rate_limited\"}").noStore();
}

http::Response liveVerdict(const std::string& what, const char* ok, const std::string& text, const std::string& more) {
    const std::string verdict = std::string("{\"ok\":") + ok + more + ",\"text\":" + Poco::toJSON(text, true) + "}";
    return http::json(200, "{\"" + what + "\":" + verdict + "}").noStore();
}

}  // namespace latchkey::account
