// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"
#include "domain/user/recovery.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// GET and POST /recover/progress/{id}: says that a mail may be on its way, and sends another.
class RecoveryProgressPage {
public:
    RecoveryProgressPage(const Site& site, RateLimiter& limiter) : site_(site), limiter_(limiter) {}

    http::Response get(const http::Request& request) { return walk(request, false); }
    http::Response post(const http::Request& request) { return walk(request, true); }

    static std::vector<Sample> samples();

private:
    enum class Notice { none, sentAgain, rateLimited };
    static View view(const Settings& settings, const RecoverySession& session, Notice notice);

    http::Response walk(const http::Request& request, bool posted);
    http::Response sendAgain(Visit& visit, const RecoverySession& session) const;
    http::Response show(Visit& visit, const RecoverySession& session, Notice notice) const;

    const Site& site_;
    RateLimiter& limiter_;
};

}  // namespace latchkey::account
