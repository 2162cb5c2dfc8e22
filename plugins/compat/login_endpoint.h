// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"
#include "domain/event_sink.h"
#include "domain/user/verify_password.h"
#include "plugins/compat/compat_metrics.h"
#include "plugins/compat/matrix_error.h"
#include "plugins/compat/session_creation.h"
#include "plugins/http/api/response.h"

namespace latchkey::compat {

/// GET and POST …/login. Thread-safe.
class LoginEndpoint {
public:
    LoginEndpoint(Store& store, PasswordHasher& hasher, RateLimiter& limiter, ActivityRecorder& activity, const SessionCreation& creation,
                  CompatMetrics& metrics, const Settings& settings, Events* events)
        : store_(store), hasher_(hasher), verifier_(store, hasher, limiter, {settings.serverName, false}), activity_(activity), creation_(creation),
          metrics_(metrics), settings_(settings), events_(events) {}
    http::Response get() const;
    http::Response post(const http::Request& request) const;

private:
    /// How far an attempt came, for records.
    struct Attempt {
        std::string method = {};           ///< empty: the request was none
        std::string nameTried = {};
        std::optional<User> user = {};
        bool proved = false;               ///< the password was right, or the token was
    };
    http::Response answer(const http::Request& request, Attempt& attempt) const;
    Person byPassword(const LoginRequest& login, const http::Request& request, Attempt& tried) const;
    Person byToken(const LoginRequest& login, Attempt& tried) const;
    void failed(const http::Request& request, const Attempt& attempt, const MatrixError& error) const;

    Store& store_;
    PasswordHasher& hasher_;
    const PasswordVerifier verifier_;
    ActivityRecorder& activity_;
    const SessionCreation& creation_;
    CompatMetrics& metrics_;
    const Settings& settings_;
    Events* events_;
};

}  // namespace latchkey::compat
