// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/compat/login_endpoint.h"
#include "plugins/compat/logout_endpoint.h"
#include "plugins/compat/refresh_endpoint.h"
#include "plugins/compat/sso_redirect.h"
#include "plugins/http/api/surface.h"

namespace latchkey::compat {

/// What log-ins need of others.
struct Neighbours {
    Store& store;
    PasswordHasher& hasher;
    RateLimiter& limiter;
    Policy& policy;
    ActivityRecorder& activity;
    Homeserver* homeserver;  ///< see SessionCreation
    UserLocks* locks;        ///< see SessionCreation
    WaitingRoom* room;       ///< see SessionCreation
    Events* events = nullptr;  ///< nullptr: nobody listens
};

/// The URLs of log-in, log-out and refresh below /_matrix/client.
class CompatSurface final : public http::Surface {
public:
    CompatSurface(const Settings& settings, const Neighbours& neighbours);
    std::string_view resource() const override { return "compat"; }
    void mount(http::Routes& routes) override;
    http::Response renderProblem(const http::Problem& problem) const override;
    CompatMetrics& metrics() { return metrics_; }

private:
    const http::Cors cors_{.allowHeaders = "authorization, accept, accept-language, content-language, content-type, x-requested-with"};
    CompatMetrics metrics_;
    const SessionCreation creation_;
    const LoginEndpoint login_;
    const LogoutEndpoint logout_;
    const RefreshEndpoint refresh_;
    const SsoRedirect sso_;
};

}  // namespace latchkey::compat
