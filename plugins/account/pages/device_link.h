// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/visit.h"

namespace latchkey {
class RateLimiter;
}

namespace latchkey::account {

/// GET and POST /link: a person types the code that their device shows (RFC 8628 §3.3).
class DeviceLinkPage {
public:
    DeviceLinkPage(const Site& site, RateLimiter& limiter) : site_(site), limiter_(limiter) {}

    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);

    static std::vector<Sample> samples();

private:
    enum class Outcome { untried, invalid, rateLimited };
    static View view(const Settings& settings, const std::string& code, Outcome outcome);
    http::Response lookUp(Visit& visit, std::string_view given);
    http::Response show(Visit& visit, const std::string& code, Outcome outcome);

    const Site& site_;
    RateLimiter& limiter_;
};

}  // namespace latchkey::account
