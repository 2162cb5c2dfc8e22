// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/compat/login_endpoint.h"
#include "plugins/compat/logout_endpoint.h"
#include "plugins/compat/matrix_error.h"
#include "plugins/compat/refresh_endpoint.h"
#include "plugins/compat/sso_redirect.h"
#include "plugins/http/api/surface.h"

#include <optional>

namespace latchkey::compat {

/// Log-in by Matrix's client-server API, for clients from before OAuth. Resource `compat`.
class CompatPlugin final : public Plugin, private http::Surface {
public:
    void configure(const config::Section& root) override { settings_ = Settings::parse(root); }

    void start(Services& services) override {
        auto& store = services.need<Store>();
        auto& activity = services.need<ActivityRecorder>();
        creation_.emplace(store, services.need<Policy>(), services.find<Homeserver>(), services.find<UserLocks>(), settings_);
        login_.emplace(store, services.need<PasswordHasher>(), services.need<RateLimiter>(), activity, *creation_, metrics_, settings_);
        logout_.emplace(store, activity, metrics_);
        refresh_.emplace(store, activity, settings_.accessTokenLifetime);
        sso_.emplace(store, settings_);
        services.offer<http::Surface>(*this);
        services.offer<MetricsSource>(metrics_);
    }

private:
    std::string_view resource() const override { return "compat"; }

    void mount(http::Routes& routes) override {
        const http::RouteOptions options{.cors = &cors_};
        const std::string base = "/_matrix/client/{version}/";
        routes.get(base + "login", [this](const http::Request&) { return login_->get(); }, options);
        routes.post(base + "login", answering([this](const http::Request& request) { return login_->post(request); }), options);
        routes.post(base + "logout", answering([this](const http::Request& request) { return logout_->logout(request); }), options);
        routes.post(base + "logout/all", answering([this](const http::Request& request) { return logout_->logoutAll(request); }), options);
        routes.post(base + "refresh", answering([this](const http::Request& request) { return refresh_->post(request); }), options);
        for (const char* path : {"login/sso/redirect", "login/sso/redirect/", "login/sso/redirect/{idp}"}) {
            routes.get(base + path, [this](const http::Request& request) { return sso_->get(request); });
        }
    }

    static http::Handler answering(http::Handler endpoint) {
        return [endpoint = std::move(endpoint)](const http::Request& request) {
            try {
                return endpoint(request);
            } catch (const MatrixError& error) {
                return errorResponse(error);
            }
        };
    }

    http::Response renderProblem(const http::Problem& problem) const override { return problemResponse(problem); }

    const http::Cors cors_{.allowHeaders = "authorization, accept, accept-language, content-language, content-type, x-requested-with"};
    Settings settings_;
    CompatMetrics metrics_;
    std::optional<SessionCreation> creation_;
    std::optional<LoginEndpoint> login_;
    std::optional<LogoutEndpoint> logout_;
    std::optional<RefreshEndpoint> refresh_;
    std::optional<SsoRedirect> sso_;
};

}  // namespace latchkey::compat

LATCHKEY_PLUGIN(latchkey::compat::CompatPlugin, "compat", "0.1.0", "Log-in by Matrix's client-server API")
