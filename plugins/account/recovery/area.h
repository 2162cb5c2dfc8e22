// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/recovery/password_page.h"
#include "plugins/account/recovery/progress_page.h"
#include "plugins/account/recovery/start_page.h"
#include "plugins/http/api/routes.h"

namespace latchkey::account {

/// What somebody does who has forgotten the password.
class RecoveryArea {
public:
    RecoveryArea(const Site& site, PasswordHasher& hasher, RateLimiter& limiter) : start_(site, limiter), progress_(site, limiter), password_(site, hasher) {}
    RecoveryArea(const RecoveryArea&) = delete;
    RecoveryArea& operator=(const RecoveryArea&) = delete;

    void mount(http::Routes& routes);
    RecoveryStartPage& start() { return start_; }
    RecoveryProgressPage& progress() { return progress_; }
    RecoveryPasswordPage& password() { return password_; }

    static std::vector<Sample> samples();

private:
    RecoveryStartPage start_;
    RecoveryProgressPage progress_;
    RecoveryPasswordPage password_;
};

}  // namespace latchkey::account
