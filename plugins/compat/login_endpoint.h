// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"
#include "domain/user/verify_password.h"
#include "plugins/compat/compat_metrics.h"
#include "plugins/compat/session_creation.h"
#include "plugins/http/api/response.h"

namespace latchkey::compat {

/// GET and POST …/login. Thread-safe.
class LoginEndpoint {
public:
    LoginEndpoint(Store& store, PasswordHasher& hasher, RateLimiter& limiter, ActivityRecorder& activity, const SessionCreation& creation,
                  CompatMetrics& metrics, const Settings& settings)
        : store_(store), hasher_(hasher), verifier_(store, hasher, limiter, {settings.serverName, false}), activity_(activity), creation_(creation),
          metrics_(metrics), settings_(settings) {}
    http::Response get() const;
    http::Response post(const http::Request& request) const;

private:
    http::Response answer(const http::Request& request) const;
    Person byPassword(const LoginRequest& login, const http::Request& request) const;
    Person byToken(const LoginRequest& login) const;

    Store& store_;
    PasswordHasher& hasher_;
    const PasswordVerifier verifier_;
    ActivityRecorder& activity_;
    const SessionCreation& creation_;
    CompatMetrics& metrics_;
    const Settings& settings_;
};

}  // namespace latchkey::compat
