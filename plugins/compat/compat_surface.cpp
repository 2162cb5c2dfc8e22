// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/compat_surface.h"

#include "plugins/compat/matrix_error.h"

namespace latchkey::compat {

namespace {

http::Handler answering(http::Handler endpoint) {
    return [endpoint = std::move(endpoint)](const http::Request& request) {
        try {
            return endpoint(request);
        } catch (const MatrixError& error) {
            return errorResponse(error);
        }
    };
}

}  // namespace

CompatSurface::CompatSurface(const Settings& settings, const Neighbours& with)
    : creation_(with.store, with.policy, with.homeserver, with.locks, with.room, settings, with.events),
      login_(with.store, with.hasher, with.limiter, with.activity, creation_, metrics_, settings, with.events), logout_(with.store, with.activity, metrics_, with.events),
      refresh_(with.store, with.activity, settings.accessTokenLifetime), sso_(with.store, settings) {}

void CompatSurface::mount(http::Routes& routes) {
    const http::RouteOptions options{.cors = &cors_};
    const std::string base = "/_matrix/client/{version}/";
    routes.get(base + "login", [this](const http::Request&) { return login_.get(); }, options);
    routes.post(base + "login", answering([this](const http::Request& request) { return login_.post(request); }), options);
    routes.post(base + "logout", answering([this](const http::Request& request) { return logout_.logout(request); }), options);
    routes.post(base + "logout/all", answering([this](const http::Request& request) { return logout_.logoutAll(request); }), options);
    routes.post(base + "refresh", answering([this](const http::Request& request) { return refresh_.post(request); }), options);
    for (const char* path : {"login/sso/redirect", "login/sso/redirect/", "login/sso/redirect/{idp}"}) {
        routes.get(base + path, [this](const http::Request& request) { return sso_.get(request); });
    }
}

http::Response CompatSurface::renderProblem(const http::Problem& problem) const { return problemResponse(problem); }

}  // namespace latchkey::compat
